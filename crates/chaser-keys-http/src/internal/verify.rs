//! `POST /verify`: whether a key is good, for services in any language; up to a hundred keys per request.
//!
//! The fast path answers most requests with one good key (`fast_path/responder.rs`).

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys::{KeyId, KeyMode, KeyName, PresentedKey, WorkspaceId};
use chaser_keys_storage::{FreshnessUnproven, Store, VerifiedKey, Verifier};
use futures_util::future::{join_all, try_join_all};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::body::{JsonBody, field};
use crate::error::ApiError;
use crate::headers::NO_STORE;

/// The most keys of one request.
const MOST_KEYS: usize = 100;

/// One key, or several.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    key: Option<Presented>,
    keys: Option<Vec<Presented>>,
}

/// The text that was presented to the service; wiped when dropped.
#[derive(Deserialize)]
#[serde(transparent)]
struct Presented(#[serde(deserialize_with = "field::secret")] Zeroizing<String>);

#[derive(Serialize)]
#[serde(untagged)]
enum VerdictJson {
    Good {
        /// Always true.
        valid: bool,
        key_id: KeyId,
        workspace_id: WorkspaceId,
        mode: KeyMode,
        /// Null if PostgreSQL does not answer and the name is not in memory.
        name: Option<KeyName>,
    },
    Bad {
        /// Always false.
        valid: bool,
    },
}

#[derive(Serialize)]
struct ResultsJson {
    /// In the order of the keys.
    results: Vec<VerdictJson>,
}

/// Verifies keys, and counts a request for each good one.
pub(crate) async fn verify(
    verifier: Data<Verifier>,
    store: Data<Store>,
    JsonBody(asked): JsonBody<Verify>,
) -> Result<HttpResponse, ApiError> {
    match (asked.key, asked.keys) {
        (Some(key), None) => {
            let key = verify_one(&verifier, &key).await?;
            Ok(HttpResponse::Ok().insert_header(NO_STORE).json(verdict_json(&store, key).await))
        }
        (None, Some(keys)) if keys.len() <= MOST_KEYS => {
            // Concurrently, so that all unknown keys wait for the same round with PostgreSQL.
            let keys = try_join_all(keys.iter().map(|key| verify_one(&verifier, key))).await?;
            let results = join_all(keys.into_iter().map(|key| verdict_json(&store, key))).await;
            Ok(HttpResponse::Ok().insert_header(NO_STORE).json(ResultsJson { results }))
        }
        (None, Some(_)) => {
            Err(ApiError::InvalidRequest(format!("`keys`: at most {MOST_KEYS} keys are taken per request")))
        }
        _ => {
            Err(ApiError::InvalidRequest("send either `key`, a string, or `keys`, a list of them".to_owned()))
        }
    }
}

/// A text that cannot be a key is answered like an unknown key.
async fn verify_one(verifier: &Verifier, key: &Presented) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
    match PresentedKey::parse(key.0.as_bytes()) {
        Ok(key) => verifier.verify(key).await,
        Err(_) => Ok(None),
    }
}

async fn verdict_json(store: &Store, key: Option<VerifiedKey>) -> VerdictJson {
    match key {
        None => VerdictJson::Bad { valid: false },
        Some(key) => VerdictJson::Good {
            valid: true,
            key_id: key.key_id,
            workspace_id: key.workspace_id,
            mode: key.mode,
            name: store.key_name_if_at_hand(key.workspace_id, key.key_id).await,
        },
    }
}
