//! Whether a presented key is good: what everything in front of an API asks.

use std::fmt;
use std::sync::Arc;

use arrayvec::ArrayVec;
use chaser_keys::{KeyDigest, Peppers, PresentedKey};

use crate::replica::index::{Index, IndexedKey};
use crate::replica::{Lookup, Replica, Verdict};
use crate::{FreshnessUnproven, VerifiedKey, Verify};

/// Verifies presented keys from memory and counts the requests of good ones; cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    replica: Arc<Replica>,
    peppers: Arc<Peppers>,
}

impl Verifier {
    /// Keys that [`verify_batch`](Self::verify_batch) looks up at most.
    pub const BATCH: usize = 16;

    pub(crate) fn new(replica: Arc<Replica>, peppers: Arc<Peppers>) -> Self {
        Self { replica, peppers }
    }

    /// Whose key this is, if it authenticates now; such a request is counted. Unknown, revoked and
    /// expired keys are all `None`: the caller does not learn which.
    ///
    /// A known key is answered from memory without waiting. An unknown one waits for a look at the database that
    /// all unknown keys of these milliseconds share.
    ///
    /// # Errors
    /// [`FreshnessUnproven`] when neither "yes" nor "no" can be proved: answer 503, never a guess.
    pub async fn verify<'a>(
        &self,
        presented: impl Into<PresentedKey<'a>>,
    ) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
        let presented = presented.into();
        let mut verdict = self.verdict(presented);
        if verdict == Verdict::Unknown {
            let was_looked_up = self.replica.look_up(self.digests(presented).collect()).await;
            verdict = if was_looked_up { self.verdict(presented) } else { Verdict::LeaseOver };
        }
        match verdict {
            Verdict::Good(key) => Ok(Some(verified(presented, key))),
            Verdict::Unknown if self.replica.lacks_a_pepper() => Err(self.unproven()),
            Verdict::Ended | Verdict::Unknown => Ok(None),
            Verdict::LeaseOver => Err(self.unproven()),
        }
    }

    /// Verifies up to [`BATCH`](Self::BATCH) keys that arrived together, whose entries in memory are read at the same
    /// time, without waiting for anything: returns the keys before the first that is not known to be good. Only those are
    /// counted. A key that is missing from the result is not refused: ask [`verify`](Self::verify). Keys after the
    /// first `BATCH` are ignored.
    ///
    /// ```no_run
    /// # fn answer(verifier: &chaser_keys_node::Verifier, keys: &[chaser_keys::PresentedKey<'_>]) {
    /// let good = verifier.verify_batch(keys);
    /// println!("the first {} are good", good.len());
    /// # }
    /// ```
    #[must_use]
    pub fn verify_batch(&self, presented: &[PresentedKey<'_>]) -> ArrayVec<VerifiedKey, { Self::BATCH }> {
        let good = self.replica.verify_batch(|index| self.look_up_batch(index, presented));
        presented.iter().zip(good).map(|(presented, key)| verified(*presented, key)).collect()
    }

    /// Verifies one key without waiting, for callers that can answer only some requests themselves: the request is counted
    /// only if `accept` takes the key. `None` is no refusal, and nothing is counted: ask [`verify`](Self::verify).
    pub fn verify_if(
        &self,
        presented: PresentedKey<'_>,
        mut accept: impl FnMut(&VerifiedKey) -> bool,
    ) -> Option<VerifiedKey> {
        let good = self.replica.verify_batch(|index| {
            let mut found = self.look_up_batch(index, &[presented]);
            found.retain(|lookup| lookup.as_ref().is_some_and(|(_, key)| accept(&verified(presented, *key))));
            found
        });
        good.first().map(|key| verified(presented, *key))
    }

    /// Computes all digests first, so that the processor asks for the next key while memory fetches the last one.
    fn look_up_batch<'a>(
        &self,
        index: &'a Index,
        presented: &[PresentedKey<'_>],
    ) -> ArrayVec<Lookup<'a>, { Self::BATCH }> {
        let presented = presented.iter().take(Self::BATCH);
        let mut lookups: ArrayVec<_, { Self::BATCH }> = presented.clone().map(|_| None).collect();
        for pepper in self.peppers.iter() {
            let digests: ArrayVec<_, { Self::BATCH }> = presented
                .clone()
                .zip(&lookups)
                .map(|(key, lookup)| lookup.is_none().then(|| pepper.digest_presented(*key)))
                .collect();
            for (lookup, digest) in lookups.iter_mut().zip(&digests) {
                if let Some(digest) = digest {
                    *lookup = index.look_up(digest);
                }
            }
        }
        lookups
    }

    fn unproven(&self) -> FreshnessUnproven {
        self.replica.metrics.unproven();
        FreshnessUnproven
    }

    fn verdict(&self, presented: PresentedKey<'_>) -> Verdict {
        self.replica.verify(self.digests(presented))
    }

    /// The digests that the key may be stored under, one for each pepper.
    fn digests(&self, presented: PresentedKey<'_>) -> impl Iterator<Item = KeyDigest> {
        self.peppers.iter().map(move |pepper| pepper.digest_presented(presented))
    }
}

/// The mode is part of what is presented, and so of the digest that was found.
fn verified(presented: PresentedKey<'_>, key: IndexedKey) -> VerifiedKey {
    VerifiedKey::new(key.key_id, key.workspace_id, presented.mode())
}

impl Verify for Verifier {
    async fn verify(&self, key: PresentedKey<'_>) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
        Self::verify(self, key).await
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").finish_non_exhaustive()
    }
}
