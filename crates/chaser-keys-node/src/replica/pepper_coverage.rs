//! Whether this node has the pepper of every live key.
//!
//! It checks that before it joins ([`check_peppers`]), and may lack one later all the same: other nodes were given a new
//! one, or made the first key of an empty database with another pepper under the same id. Keys made with such a pepper
//! cannot be looked up here, so a "no" to an unknown key may be wrong: the node then answers for the keys that it knows,
//! and 503 for all others. It finds out because such keys are announced to it (`announce_new_key` in the schema).

use std::sync::atomic::{AtomicBool, Ordering};

use chaser_keys::{PepperFingerprint, Peppers};
use thiserror::Error;
use time::OffsetDateTime;
use tokio_postgres::Row;

use super::feed_connection::FeedConnection;
use super::shared::Replica;
use crate::postgres::{DatabaseError, SharedConnection};

/// How the configured peppers do not fit the database.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PepperMismatch {
    /// The same id stands for another pepper than before.
    #[error(
        "the pepper \"{0}\" is not the one that keys in this database were made with: restore it, or give the new pepper an id of its own"
    )]
    Different(String),
    /// Keys that still authenticate were made with a pepper that is not configured.
    #[error(
        "keys in this database were made with the pepper \"{0}\", which is not configured: add it after the current one, or revoke those keys first"
    )]
    Missing(String),
}

const REGISTERED: &str = "select id, fingerprint from peppers where id = any($1)";
const LIVE_WITH_ANOTHER: &str = "
    select pepper_id from api_keys
    where key_authenticates_at(revoked_at, $2) and pepper_id <> all($1) limit 1";

/// Compares the peppers with those that the database knows. Changes nothing: a pepper with a typo in it must not be
/// remembered.
pub(crate) async fn check_peppers(
    connection: &SharedConnection,
    peppers: &Peppers,
    now: OffsetDateTime,
) -> Result<Result<(), PepperMismatch>, DatabaseError> {
    let configured: Vec<&str> = peppers.iter().map(|pepper| pepper.id().as_str()).collect();
    for row in connection.query(REGISTERED, &[&configured]).await? {
        let (id, stored): (&str, &[u8]) = (row.try_get(0)?, row.try_get(1)?);
        let ours = peppers.iter().find(|pepper| pepper.id().as_str() == id);
        if ours.is_some_and(|pepper| pepper.fingerprint().as_bytes().as_slice() != stored) {
            return Ok(Err(PepperMismatch::Different(id.to_owned())));
        }
    }
    match connection.query(LIVE_WITH_ANOTHER, &[&configured, &now]).await?.first() {
        Some(row) => Ok(Err(PepperMismatch::Missing(row.try_get(0)?))),
        None => Ok(Ok(())),
    }
}

/// The peppers of this node, and whether keys are made with another.
pub(super) struct PepperCoverage {
    pub(super) fingerprints: Vec<Vec<u8>>,
    is_missing_one: AtomicBool,
}

impl PepperCoverage {
    pub(super) fn of(peppers: &Peppers) -> Self {
        let fingerprint = |fingerprint: PepperFingerprint| fingerprint.as_bytes().to_vec();
        Self {
            fingerprints: peppers.iter().map(|pepper| fingerprint(pepper.fingerprint())).collect(),
            is_missing_one: AtomicBool::new(false),
        }
    }

    /// Checks the pepper of a changed key that may still be good.
    pub(super) fn check_change(&self, change: &Row) -> Result<(), tokio_postgres::Error> {
        if change.try_get("ends_at_once")? {
            return Ok(());
        }
        let fingerprint: &[u8] = change.try_get("fingerprint")?;
        if !self.fingerprints.iter().any(|ours| ours == fingerprint) {
            self.report_missing(change.try_get("pepper_id")?);
        }
        Ok(())
    }

    /// Checks the peppers of all live keys, at load. If this node holds every registered pepper, the keys are not read.
    pub(super) async fn check_all(
        &self,
        connection: &FeedConnection,
        now: OffsetDateTime,
    ) -> Result<(), tokio_postgres::Error> {
        self.is_missing_one.store(false, Ordering::Release);
        for pepper in connection.foreign_peppers(&self.fingerprints).await? {
            if connection.has_live_keys(&pepper, now).await? {
                self.report_missing(&pepper);
            }
        }
        Ok(())
    }

    fn report_missing(&self, pepper: &str) {
        if !self.is_missing_one.swap(true, Ordering::AcqRel) {
            tracing::error!(
                pepper,
                "keys are made with a pepper that this node does not have, or has another of under this id: unknown \
                 keys get 503 here until it is started with the peppers of the other nodes"
            );
        }
    }
}

impl Replica {
    /// Whether a key that this node does not know may be good all the same.
    pub(crate) fn lacks_a_pepper(&self) -> bool {
        self.pepper_coverage.is_missing_one.load(Ordering::Acquire)
    }
}
