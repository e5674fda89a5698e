//! `Idempotency-Key`: a request that is sent twice issues one key.

use std::str::FromStr;

use chaser_keys::{ApiKey, KeyId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use thiserror::Error;
use time::OffsetDateTime;

use super::row::ApiKeyRow;
use crate::StorageError;
use crate::database::schema::{api_keys, idempotency_keys};
use crate::length_prefixed_hash::length_prefixed_hash;

/// A client's name for one request: 1 to 255 visible ASCII characters. Kept for a day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdempotencyKey(String);

/// A text that is not an idempotency key.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("an Idempotency-Key is 1 to 255 visible ASCII characters; a random UUID is a good one")]
pub struct InvalidIdempotencyKey;

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        if (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidIdempotencyKey)
        }
    }
}

/// Whether a request may be carried out under its idempotency key.
pub(super) enum Claim {
    /// A new key: carry the request out in the same transaction.
    Ours,
    /// The same request issued this API key before.
    Replay(ApiKey),
    /// The key was used for a different request.
    DifferentRequest,
}

/// Identifies what a request asks for, to distinguish its repetition from a different request.
pub(super) fn request_hash(parts: &[&str]) -> [u8; 32] {
    length_prefixed_hash(&parts.iter().map(|part| part.as_bytes()).collect::<Vec<_>>())
}

/// Claims an idempotency key for the API key that is about to be issued. A concurrent request waits here for the first
/// one's transaction; then it is a replay, or it is carried out if the first was rolled back.
pub(super) async fn claim(
    connection: &mut AsyncPgConnection,
    workspace_id: WorkspaceId,
    key: &IdempotencyKey,
    request: [u8; 32],
    key_id: KeyId,
    now: OffsetDateTime,
) -> Result<Claim, StorageError> {
    let new = (
        idempotency_keys::workspace_id.eq(workspace_id.as_uuid()),
        idempotency_keys::idempotency_key.eq(&key.0),
        idempotency_keys::request_hash.eq(request.as_slice()),
        idempotency_keys::key_id.eq(key_id.as_uuid()),
        idempotency_keys::created_at.eq(now),
    );
    let claimed = diesel::insert_into(idempotency_keys::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if claimed == 1 {
        return Ok(Claim::Ours);
    }
    let (earlier_request, issued_then) = idempotency_keys::table
        .find((workspace_id.as_uuid(), &key.0))
        .inner_join(api_keys::table)
        .select((idempotency_keys::request_hash, ApiKeyRow::as_select()))
        .first::<(Vec<u8>, ApiKeyRow)>(connection)
        .await?;
    if earlier_request == request {
        Ok(Claim::Replay(issued_then.try_into()?))
    } else {
        Ok(Claim::DifferentRequest)
    }
}
