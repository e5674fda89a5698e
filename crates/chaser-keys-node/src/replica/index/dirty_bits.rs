//! Which entries were used since the counts were taken: a bit for each, so that taking costs by the keys that were used.

use crate::replica::sync::{AtomicU64, Ordering};

pub(super) struct DirtyBits(Box<[AtomicU64]>);

impl DirtyBits {
    /// For so many entries.
    pub(super) fn new(entries: usize) -> Self {
        Self((0..entries.div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
    }

    pub(super) fn set(&self, place: usize) {
        self.0[place / 64].fetch_or(1 << (place % 64), Ordering::AcqRel);
    }

    /// Visits the place of every mark that was set since the last time. One that is set meanwhile is met now or next
    /// time, never lost.
    pub(super) fn take(&self, mut visit: impl FnMut(usize)) {
        for (index, word) in self.0.iter().enumerate() {
            // Looking costs less than swapping, and most words are zero.
            if word.load(Ordering::Relaxed) == 0 {
                continue;
            }
            let mut marks = word.swap(0, Ordering::AcqRel);
            while marks != 0 {
                visit(index * 64 + marks.trailing_zeros() as usize);
                marks &= marks - 1;
            }
        }
    }
}
