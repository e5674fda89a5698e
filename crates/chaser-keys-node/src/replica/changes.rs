//! What a round reads of keys, parsed: changes by their number, and keys that were looked up by their digest.

use chaser_keys::{Expiry, KeyDigest, KeyId, WorkspaceId};
use time::OffsetDateTime;
use tokio_postgres::Row;

use super::index::IndexedKey;
use super::round_error::RoundError;

/// What a round reads besides keys.
pub(super) struct RoundHeader {
    /// The number of the last change.
    pub(super) rev: i64,
    pub(super) database_time: OffsetDateTime,
    /// The server that answers.
    pub(super) identity: String,
    /// The server that some node has followed for long enough.
    pub(super) recorded_identity: String,
}

impl TryFrom<Row> for RoundHeader {
    type Error = tokio_postgres::Error;

    fn try_from(row: Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            rev: row.try_get("rev")?,
            database_time: row.try_get("database_time")?,
            identity: row.try_get("identity")?,
            recorded_identity: row.try_get("recorded_identity")?,
        })
    }
}

/// A key's state after a change.
pub(super) struct Change {
    pub(super) rev: i64,
    pub(super) digest: KeyDigest,
    pub(super) key: IndexedKey,
}

impl TryFrom<&Row> for Change {
    type Error = RoundError;

    fn try_from(row: &Row) -> Result<Self, RoundError> {
        let (digest, key) = parse_known_key(row)?;
        Ok(Self { rev: row.try_get("rev")?, digest, key })
    }
}

/// A key's columns together with what PostgreSQL noted of its last change. A key that had ended when that change was
/// committed stays ended, so that no clock has to agree: PostgreSQL's own may have been set since.
pub(super) fn parse_known_key(row: &Row) -> Result<(KeyDigest, IndexedKey), RoundError> {
    let (digest, mut key) = parse_key(row)?;
    if row.try_get("ends_at_once")? {
        key.expiry = Expiry::ENDED;
    }
    Ok((digest, key))
}

/// A key's columns.
pub(super) fn parse_key(row: &Row) -> Result<(KeyDigest, IndexedKey), RoundError> {
    let digest: &[u8] = row.try_get("digest")?;
    let bytes = digest.try_into().map_err(|_| RoundError::Corrupt("a key's digest is not 32 bytes"))?;
    let key = IndexedKey {
        key_id: KeyId::from_uuid(row.try_get("id")?),
        workspace_id: WorkspaceId::from_uuid(row.try_get("workspace_id")?),
        expiry: Expiry::from(row.try_get::<_, Option<OffsetDateTime>>("revoked_at")?),
    };
    Ok((KeyDigest::from_bytes(bytes), key))
}
