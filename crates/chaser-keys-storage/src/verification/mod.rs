//! Is this key good? The one small interface that everything in front of an API asks.

use std::sync::Arc;

use chaser_keys::{ApiKey, KeyDigest, KeyId, KeyMode, PepperedDigest, Peppers, SecretKey, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use thiserror::Error;
use time::OffsetDateTime;

use crate::database::clock::clock_timestamp;
use crate::database::pool::Database;
use crate::database::schema::api_keys;
use crate::keys::row::ApiKeyRow;
use crate::usage::recorder::UsageRecorder;
use crate::{DatabaseClock, StorageError, Store};

/// Verifies presented keys and counts the requests of good ones; cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    database: Database,
    clock: DatabaseClock,
    peppers: Arc<Peppers>,
    usage: Arc<UsageRecorder>,
}

/// Whose request it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VerifiedKey {
    /// The key that was presented.
    pub key_id: KeyId,
    /// The workspace it belongs to.
    pub workspace_id: WorkspaceId,
    /// Live or test.
    pub mode: KeyMode,
}

/// Whether the key is good cannot be known right now. Neither yes nor no would be honest: the caller
/// answers 503 and lets the client try again.
#[derive(Debug, Error)]
#[error("whether the key is good cannot be known now: {0}")]
pub struct FreshnessUnproven(#[from] pub StorageError);

type Candidate = (ApiKeyRow, String, Vec<u8>, OffsetDateTime);

impl Verifier {
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            database: store.database.clone(),
            clock: store.clock.clone(),
            peppers: Arc::clone(&store.peppers),
            usage: Arc::clone(&store.usage),
        }
    }

    /// Whose key this is, if it authenticates now; such a request is counted. Unknown, revoked and
    /// expired keys are all none: nobody learns which.
    pub async fn authenticate(
        &self,
        presented: &SecretKey,
    ) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
        let candidates: Vec<PepperedDigest> = self.peppers.candidates(presented).collect();
        let looking_up = self.look_up(&candidates);
        let Some((row, pepper_id, digest, database_time)) = self.database.within_deadline(looking_up).await?
        else {
            return Ok(None);
        };
        if !matches_one(&candidates, &pepper_id, &digest) {
            return Ok(None);
        }
        let key = ApiKey::try_from(row).map_err(StorageError::from)?;
        let now = self.clock.adjust(database_time);
        if !key.authenticates_at(now) {
            return Ok(None);
        }
        let verified = VerifiedKey { key_id: key.id, workspace_id: key.workspace_id, mode: key.mode };
        self.usage.record(verified, now);
        Ok(Some(verified))
    }

    /// The one read: the row of whichever pepper made the digest, and what time it is.
    async fn look_up(&self, candidates: &[PepperedDigest]) -> Result<Option<Candidate>, StorageError> {
        let digests: Vec<&[u8]> =
            candidates.iter().map(|candidate| candidate.digest.as_bytes().as_slice()).collect();
        let found = api_keys::table
            .filter(api_keys::digest.eq_any(digests))
            .select((ApiKeyRow::as_select(), api_keys::pepper_id, api_keys::digest, clock_timestamp()))
            .first(&mut self.database.connection().await?)
            .await
            .optional()?;
        Ok(found)
    }
}

/// Whether the stored digest is the presented key's under the pepper it was stored with, compared in
/// constant time: an index may find rows by any comparison it likes, but does not decide.
fn matches_one(candidates: &[PepperedDigest], pepper_id: &str, stored: &[u8]) -> bool {
    let Ok(stored) = <[u8; KeyDigest::BYTES]>::try_from(stored) else {
        return false;
    };
    let stored = KeyDigest::from_bytes(stored);
    candidates
        .iter()
        .any(|candidate| candidate.pepper_id.as_str() == pepper_id && candidate.digest.matches(&stored))
}
