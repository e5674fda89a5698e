//! Until when this node may answer from memory (Gray and Cheriton, "Leases", SOSP 1989).

use super::boot_instant::BootInstant;
use super::sync::{AtomicU64, Ordering};

/// A moment that the feed moves on and every verification compares with.
///
/// Comparing with the clock is what makes it hold in a process that was paused: a flag that a timer clears
/// would still be set when the process wakes up.
#[derive(Debug)]
pub(super) struct Lease {
    ends_at: AtomicU64,
}

impl Lease {
    pub(super) const fn none() -> Self {
        Self { ends_at: AtomicU64::new(BootInstant::ZERO.0) }
    }

    /// The node has proved at `t0` that it knows everything; never shortens.
    pub(super) fn extend_to(&self, end: BootInstant) {
        self.ends_at.fetch_max(end.0, Ordering::Release);
    }

    /// The node must not serve any more.
    pub(super) fn end(&self) {
        self.ends_at.store(BootInstant::ZERO.0, Ordering::Release);
    }

    /// When it ends.
    pub(super) fn ends_at(&self) -> BootInstant {
        BootInstant(self.ends_at.load(Ordering::Acquire))
    }

    /// Whether the node serves at a moment. A verification asks otherwise: `verdict.rs`.
    pub(super) fn holds_at(&self, now: BootInstant) -> bool {
        now < self.ends_at()
    }
}
