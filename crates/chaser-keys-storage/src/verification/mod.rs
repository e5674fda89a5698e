//! Is this key good? The one small interface that everything in front of an API asks.

use std::sync::Arc;

use arrayvec::ArrayVec;
use chaser_keys::{KeyId, KeyMode, Peppers, PresentedKey, WorkspaceId};
use thiserror::Error;

use crate::Store;
use crate::replica::index::{Index, IndexedKey};
use crate::replica::{Replica, Sighting, Verdict};

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
    "whether the key is good cannot be known now: this node has not heard from the database for too long, or lacks a pepper"
)]
pub struct FreshnessUnproven;

impl Verifier {
    /// Keys that are looked up together at most.
    pub const TOGETHER: usize = 16;

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
            Verdict::Good(key) => Ok(Some(VerifiedKey::new(presented, key))),
            Verdict::Unknown if self.replica.lacks_a_pepper() => Err(self.unproven()),
            Verdict::Ended | Verdict::Unknown => Ok(None),
            Verdict::LeaseOver => Err(self.unproven()),
        }
    }

    /// The same for a key that is known to be good without waiting for anything; such a request is counted. None
    /// is no refusal: ask [`authenticate`](Self::authenticate) then.
    pub fn authenticate_at_once<'a>(&self, presented: impl Into<PresentedKey<'a>>) -> Option<VerifiedKey> {
        let presented = presented.into();
        match self.judge(presented) {
            Verdict::Good(key) => Some(VerifiedKey::new(presented, key)),
            Verdict::Ended | Verdict::Unknown | Verdict::LeaseOver => None,
        }
    }

    /// The same for up to [`TOGETHER`](Self::TOGETHER) keys that came together, whose places in memory are read at the
    /// same time: those before the first that is not known to be good. Only they are counted. Keys after the first
    /// `TOGETHER` are not looked at.
    ///
    /// ```no_run
    /// # fn answer(verifier: &chaser_keys_storage::Verifier, keys: &[chaser_keys::PresentedKey<'_>]) {
    /// let good = verifier.authenticate_together(keys);
    /// println!("the first {} are good", good.len());
    /// # }
    /// ```
    #[must_use]
    pub fn authenticate_together(
        &self,
        presented: &[PresentedKey<'_>],
    ) -> ArrayVec<VerifiedKey, { Self::TOGETHER }> {
        let good = self.replica.judge_together(|index| self.look_up_together(index, presented));
        presented.iter().zip(good).map(|(presented, key)| VerifiedKey::new(*presented, key)).collect()
    }

    /// Verifies one key without waiting, for callers that can answer only some requests themselves: the key is good and
    /// the request counted only if `accept` takes what was found. Otherwise none, nothing is counted, and the caller asks
    /// [`authenticate`](Self::authenticate).
    pub fn verify_if(
        &self,
        presented: PresentedKey<'_>,
        mut accept: impl FnMut(&VerifiedKey) -> bool,
    ) -> Option<VerifiedKey> {
        let good = self.replica.judge_together(|index| {
            let mut found = self.look_up_together(index, &[presented]);
            found.retain(|sighting| {
                sighting.as_ref().is_some_and(|(_, key)| accept(&VerifiedKey::new(presented, *key)))
            });
            found
        });
        good.first().map(|key| VerifiedKey::new(presented, *key))
    }

    /// All digests first, so that the processor can ask for the next key while the memory looks for the last one.
    fn look_up_together<'a>(
        &self,
        index: &'a Index,
        presented: &[PresentedKey<'_>],
    ) -> ArrayVec<Sighting<'a>, { Self::TOGETHER }> {
        let presented = presented.iter().take(Self::TOGETHER);
        let mut sightings: ArrayVec<_, { Self::TOGETHER }> = presented.clone().map(|_| None).collect();
        for pepper in self.peppers.iter() {
            let digests: ArrayVec<_, { Self::TOGETHER }> = presented
                .clone()
                .zip(&sightings)
                .map(|(key, sighting)| sighting.is_none().then(|| pepper.digest(*key)))
                .collect();
            for (sighting, digest) in sightings.iter_mut().zip(&digests) {
                if let Some(digest) = digest {
                    *sighting = index.sight(digest);
                }
            }
        }
        sightings
    }

    fn unproven(&self) -> FreshnessUnproven {
        self.replica.metrics.unproven();
        FreshnessUnproven
    }

    fn judge(&self, presented: PresentedKey<'_>) -> Verdict {
        self.replica.judge(self.peppers.iter().map(|pepper| pepper.digest(presented)))
    }
}

impl VerifiedKey {
    /// The mode is part of what is presented, and so of the digest that was found.
    fn new(presented: PresentedKey<'_>, key: IndexedKey) -> Self {
        Self { key_id: key.key_id, workspace_id: key.workspace_id, mode: presented.mode() }
    }
}
