//! Is this key good? The one small interface that everything in front of an API asks.

use std::sync::Arc;

use chaser_keys::{KeyId, KeyMode, Peppers, PresentedKey, WorkspaceId};
use thiserror::Error;

use crate::Store;
use crate::replica::{Replica, Verdict};

/// Verifies presented keys from memory and counts the requests of good ones; cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    replica: Arc<Replica>,
    peppers: Arc<Peppers>,
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
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error(
    "whether the key is good cannot be known now: this node has not heard from the database for too long"
)]
pub struct FreshnessUnproven;

impl Verifier {
    pub(crate) fn new(store: &Store) -> Self {
        Self { replica: Arc::clone(&store.replica), peppers: Arc::clone(&store.peppers) }
    }

    /// Whose key this is, if it authenticates now; such a request is counted. Unknown, revoked and
    /// expired keys are all none: nobody learns which.
    ///
    /// A known key is answered from memory at once. An unknown one waits for one look at the database that
    /// all unknown keys of these milliseconds share.
    pub async fn authenticate<'a>(
        &self,
        presented: impl Into<PresentedKey<'a>>,
    ) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
        let presented = presented.into();
        let mut verdict = self.judge(presented);
        if verdict == Verdict::Unknown {
            let caught_up = self.replica.catch_up().await;
            verdict = if caught_up { self.judge(presented) } else { Verdict::LeaseOver };
        }
        match verdict {
            Verdict::Good(verified) => Ok(Some(verified)),
            Verdict::Ended | Verdict::Unknown => Ok(None),
            Verdict::LeaseOver => {
                self.replica.metrics.unproven();
                Err(FreshnessUnproven)
            }
        }
    }

    /// The same for a key that is known to be good without waiting for anything; such a request is counted. None
    /// is no refusal: ask [`authenticate`](Self::authenticate) then.
    pub fn authenticate_at_once<'a>(&self, presented: impl Into<PresentedKey<'a>>) -> Option<VerifiedKey> {
        match self.judge(presented.into()) {
            Verdict::Good(verified) => Some(verified),
            Verdict::Ended | Verdict::Unknown | Verdict::LeaseOver => None,
        }
    }

    fn judge(&self, presented: PresentedKey<'_>) -> Verdict {
        self.replica.judge(self.peppers.iter().map(|pepper| pepper.digest(presented)))
    }
}
