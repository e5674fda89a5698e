//! How often somebody may try passwords.
//!
//! Failures are counted in PostgreSQL, for all nodes together. An attacker fills the bucket of an account *from the
//! attacker's network*, and that network's own. The account's owner signs in from another network, or with a browser that
//! signed in before, which has a bucket of its own (OWASP device cookies): nobody can be locked out of their own account.

use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;

use super::client_network::client_network;
use super::email_address::EmailAddress;
use super::known_devices::is_known;
use super::secret_token::DeviceToken;
use super::sign_in_limit::SignInLimit;
use crate::database::schema::sign_in_failures;
use crate::length_prefixed_hash::length_prefixed_hash;
use crate::{StorageError, Store};

/// An attempt to sign in, as far as the throttle looks at it.
#[derive(Clone, Debug)]
pub struct SignInAttempt {
    /// The address that was typed in, whether or not a user has it.
    pub email: EmailAddress,
    /// The client's address. An IPv6 address counts as its /64.
    pub client: IpAddr,
    /// The token in the browser's device cookie, if it sent one. It need not be valid.
    pub device: Option<DeviceToken>,
}

/// Whether the password of an attempt may be checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignInAdmission {
    /// It may.
    Admitted,
    /// There were too many failures.
    Throttled {
        /// Whole seconds, at least one, after which an attempt is admitted again.
        retry_after: Duration,
    },
}

/// The key of a row in `sign_in_failures`, and the limit that applies to it.
type Bucket = (Vec<u8>, SignInLimit);

impl Store {
    /// Whether the attempt may go on to the password.
    ///
    /// Call it while holding a [`HashPermit`](crate::passwords::HashPermit); otherwise concurrent attempts exceed the limit.
    pub async fn check_sign_in(&self, attempt: &SignInAttempt) -> Result<SignInAdmission, StorageError> {
        self.database
            .run(async |connection| {
                let now = self.now(connection).await?;
                let mut wait = Duration::ZERO;
                for (bucket, limit) in buckets_of(connection, attempt).await? {
                    let clears_at = sign_in_failures::table
                        .find(bucket)
                        .select(sign_in_failures::clears_at)
                        .first::<OffsetDateTime>(connection)
                        .await
                        .optional()?;
                    wait = wait.max(clears_at.map_or(Duration::ZERO, |clears_at| limit.wait(clears_at, now)));
                }
                Ok(admission(wait))
            })
            .await
    }

    /// Counts a wrong password.
    pub async fn record_failed_sign_in(&self, attempt: &SignInAttempt) -> Result<(), StorageError> {
        self.database
            .run(async |connection| {
                let now = self.now(connection).await?;
                for (bucket, limit) in buckets_of(connection, attempt).await? {
                    add_failure(connection, bucket, limit.interval, now).await?;
                }
                Ok(())
            })
            .await
    }

    /// Forgives an account's failures after its right password, so that typing errors do not add up. Those of the network
    /// stay: they may be guesses at other accounts.
    pub async fn forget_failed_sign_ins(&self, attempt: &SignInAttempt) -> Result<(), StorageError> {
        self.database
            .run(async |connection| {
                let buckets = buckets_of(connection, attempt).await?;
                if let Some((account, _)) = buckets.into_iter().next() {
                    diesel::delete(sign_in_failures::table.find(account)).execute(connection).await?;
                }
                Ok(())
            })
            .await
    }
}

fn admission(wait: Duration) -> SignInAdmission {
    if wait.is_zero() {
        return SignInAdmission::Admitted;
    }
    // `Retry-After` has whole seconds, and must not be too early.
    SignInAdmission::Throttled { retry_after: Duration::from_secs(wait.as_secs() + 1) }
}

/// The account's bucket first. A known browser has a bucket of its own, and its failures do not count for its network.
async fn buckets_of(
    connection: &mut AsyncPgConnection,
    attempt: &SignInAttempt,
) -> Result<Vec<Bucket>, StorageError> {
    let email = attempt.email.as_str().as_bytes();
    if let Some(device) = &attempt.device
        && is_known(connection, device, &attempt.email).await?
    {
        return Ok(vec![(bucket(&[b"device", email, &device.hash()]), SignInLimit::PER_ACCOUNT)]);
    }
    let network = client_network(attempt.client);
    Ok(vec![
        (bucket(&[b"account", email, &network]), SignInLimit::PER_ACCOUNT),
        (bucket(&[b"network", &network]), SignInLimit::PER_NETWORK),
    ])
}

/// Hashed, so that the table holds no addresses.
fn bucket(parts: &[&[u8]]) -> Vec<u8> {
    length_prefixed_hash(parts).to_vec()
}

async fn add_failure(
    connection: &mut AsyncPgConnection,
    bucket: Vec<u8>,
    interval: Duration,
    now: OffsetDateTime,
) -> Result<(), StorageError> {
    // One statement, so that concurrent failures on different nodes add up.
    let adding = diesel::sql_query(
        "insert into sign_in_failures (bucket, clears_at) values ($1, $3) \
         on conflict (bucket) do update \
         set clears_at = greatest(sign_in_failures.clears_at, $2) + ($3 - $2)",
    );
    adding
        .bind::<Binary, _>(bucket)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(now + interval)
        .execute(connection)
        .await?;
    Ok(())
}
