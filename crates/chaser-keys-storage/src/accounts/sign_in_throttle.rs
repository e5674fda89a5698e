//! How often one may guess a password.
//!
//! Failures are counted in PostgreSQL, once for all nodes, by the generic cell rate algorithm (ITU-T
//! I.371): a bucket is a single moment, at which everything counted so far is forgiven. Each failure moves
//! it on; while it lies too far ahead, attempts are refused before any hashing.
//!
//! A stranger fills the bucket of an account *from the stranger's network*, and that network's own. The
//! account's owner signs in from elsewhere, or with a browser that signed in before, which has a bucket of
//! its own (OWASP device cookies): nobody can be locked out of their own account.

use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::email_address::EmailAddress;
use super::known_devices::is_known;
use super::secret_token::DeviceToken;
use crate::database::schema::sign_in_failures;
use crate::{StorageError, Store};

/// Somebody tries to sign in.
#[derive(Clone, Debug)]
pub struct SignInAttempt {
    /// As whom.
    pub email: EmailAddress,
    /// From where.
    pub client: IpAddr,
    /// With which browser, if it says.
    pub device: Option<DeviceToken>,
}

/// Whether an attempt may go on to the password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignInAdmission {
    /// It may.
    Admitted,
    /// Too many failures; not before this time has passed.
    Throttled {
        /// At least a second.
        retry_after: Duration,
    },
}

/// So many failures at once, then one more for every interval that passes.
#[derive(Clone, Copy)]
struct Limit {
    burst: u32,
    interval: Duration,
}

/// Guesses at one account, from one network or with one browser: ten, then ten a minute.
const PER_ACCOUNT: Limit = Limit { burst: 10, interval: Duration::from_secs(6) };
/// Guesses from one network, whatever the account: a hundred, then one a second.
const PER_NETWORK: Limit = Limit { burst: 100, interval: Duration::from_secs(1) };

type Bucket = (Vec<u8>, Limit);

impl Store {
    /// Whether the attempt may go on. Ask after a turn at the hashing was had, so that no more attempts slip
    /// through together than are hashed together.
    pub async fn check_sign_in(&self, attempt: &SignInAttempt) -> Result<SignInAdmission, StorageError> {
        let checking = async {
            let mut connection = self.connection().await?;
            let now = self.now(&mut connection).await?;
            let mut wait = Duration::ZERO;
            for (bucket, limit) in buckets_of(&mut connection, attempt).await? {
                let clears_at = sign_in_failures::table
                    .find(bucket)
                    .select(sign_in_failures::clears_at)
                    .first::<OffsetDateTime>(&mut connection)
                    .await
                    .optional()?;
                wait = wait.max(clears_at.map_or(Duration::ZERO, |clears_at| limit.wait(clears_at, now)));
            }
            Ok(admission(wait))
        };
        self.database.within_deadline(checking).await
    }

    /// Counts a wrong password.
    pub async fn record_failed_sign_in(&self, attempt: &SignInAttempt) -> Result<(), StorageError> {
        let recording = async {
            let mut connection = self.connection().await?;
            let now = self.now(&mut connection).await?;
            for (bucket, limit) in buckets_of(&mut connection, attempt).await? {
                add_failure(&mut connection, bucket, limit.interval, now).await?;
            }
            Ok(())
        };
        self.database.within_deadline(recording).await
    }

    /// Forgives an account's failures after its right password, so that typos do not add up. The network's
    /// stay: its owner may be the one who guesses at other accounts.
    pub async fn forget_failed_sign_ins(&self, attempt: &SignInAttempt) -> Result<(), StorageError> {
        let forgetting = async {
            let mut connection = self.connection().await?;
            let buckets = buckets_of(&mut connection, attempt).await?;
            if let Some((account, _)) = buckets.into_iter().next() {
                diesel::delete(sign_in_failures::table.find(account)).execute(&mut connection).await?;
            }
            Ok(())
        };
        self.database.within_deadline(forgetting).await
    }
}

impl Limit {
    /// How long to wait until one more failure would fit.
    fn wait(self, clears_at: OffsetDateTime, now: OffsetDateTime) -> Duration {
        let full = self.interval * (self.burst - 1);
        Duration::try_from(clears_at - now).unwrap_or(Duration::ZERO).saturating_sub(full)
    }
}

fn admission(wait: Duration) -> SignInAdmission {
    if wait.is_zero() {
        return SignInAdmission::Admitted;
    }
    // Whole seconds, as `Retry-After` has them, and never too early.
    SignInAdmission::Throttled { retry_after: Duration::from_secs(wait.as_secs() + 1) }
}

/// The account's bucket first. A known browser is counted on its own, and apart from its network.
async fn buckets_of(
    connection: &mut AsyncPgConnection,
    attempt: &SignInAttempt,
) -> Result<Vec<Bucket>, StorageError> {
    let email = attempt.email.as_str();
    if let Some(device) = &attempt.device
        && is_known(connection, device, &attempt.email).await?
    {
        return Ok(vec![(bucket(&["device", email], &device.hash()), PER_ACCOUNT)]);
    }
    let network = network_of(attempt.client);
    Ok(vec![
        (bucket(&["account", email], &network), PER_ACCOUNT),
        (bucket(&["network"], &network), PER_NETWORK),
    ])
}

fn bucket(names: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.len().to_be_bytes());
        hash.update(name);
    }
    hash.chain_update(bytes).finalize().to_vec()
}

/// An IPv4 address, or the /64 that an IPv6 customer gets: addresses within it cost nothing.
fn network_of(client: IpAddr) -> Vec<u8> {
    match client.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

async fn add_failure(
    connection: &mut AsyncPgConnection,
    bucket: Vec<u8>,
    interval: Duration,
    now: OffsetDateTime,
) -> Result<(), StorageError> {
    // One statement, so that failures on different nodes add up. Time is bound, never the server's now().
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_are_free_and_the_eleventh_waits_for_one_interval() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let after = |failures: u32| PER_ACCOUNT.wait(now + PER_ACCOUNT.interval * failures, now);
        assert_eq!(after(9), Duration::ZERO);
        assert_eq!(after(10), PER_ACCOUNT.interval);
        assert_eq!(after(11), PER_ACCOUNT.interval * 2);
    }

    #[test]
    fn addresses_of_one_customer_are_one_network() {
        let network = |address: &str| network_of(address.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
