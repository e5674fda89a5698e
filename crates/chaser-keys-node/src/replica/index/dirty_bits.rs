//! Which entries were counted in since the counts were taken: one bit each, so that taking costs by the keys that were used.

use crate::replica::sync::{AtomicU64, Ordering};

pub(super) struct DirtyBits(Box<[AtomicU64]>);

impl DirtyBits {
    /// For a table of this many entries.
    pub(super) fn new(entries: usize) -> Self {
        Self((0..entries.div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
    }

    pub(super) fn set(&self, slot: usize) {
        self.0[slot / 64].fetch_or(1 << (slot % 64), Ordering::AcqRel);
    }

    /// Visits the slot of every bit that was set since the last call. A bit that is set meanwhile is visited now or by the
    /// next call, never lost.
    pub(super) fn take(&self, mut visit: impl FnMut(usize)) {
        for (index, word) in self.0.iter().enumerate() {
            // A load costs less than a swap, and most words are zero.
            if word.load(Ordering::Relaxed) == 0 {
                continue;
            }
            let mut bits = word.swap(0, Ordering::AcqRel);
            while bits != 0 {
                visit(index * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }
}
