//! The protocol's times, all in one place. `docs/coherence.md` says what each of them is for.

use std::time::Duration;

/// L: how long a round's proof lasts, unless the operator chooses otherwise (`CHASER_LEASE`).
pub const DEFAULT_LEASE: Duration = Duration::from_secs(3);

/// W / L, as numerator and denominator: a revoke waits half as long again as a lease lasts for a node that does not
/// answer. The promise then holds although two clocks differ in rate by a fifth. The protocol's model uses this constant.
pub const WAIT_PER_LEASE: (u32, u32) = (3, 2);

/// How often usage is written, unless the operator chooses otherwise (`CHASER_USAGE_FLUSH`).
pub const DEFAULT_FLUSH_INTERVAL: Duration = Duration::from_secs(1);

/// The longest wait for PostgreSQL to accept a connection, unless chosen otherwise.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest that one statement may run, unless chosen otherwise.
pub const DEFAULT_STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Rounds that renew the lease start this often, whether or not a notification came.
pub(crate) const ROUND_INTERVAL: Duration = Duration::from_millis(500);

/// Rounds that look up unknown keys start at least this far apart, so that a flood of unknown keys cannot add more
/// than 200 rounds a second to the database's load.
pub(crate) const LOOK_UP_INTERVAL: Duration = Duration::from_millis(5);

/// Requests with unknown keys that one round looks up at most; the others wait for the next round.
pub(crate) const LOOK_UPS_PER_ROUND: usize = 512;

/// Requests with unknown keys that wait at most; those beyond get 503 without waiting. It bounds the memory that a flood
/// takes, and how long a new key waits behind one: 16 rounds.
pub(crate) const MOST_WAITING_LOOK_UPS: usize = 16 * LOOK_UPS_PER_ROUND;

/// Changes that one statement reads at most. A node that was away for long catches up in steps of this size and keeps
/// what it has read if it is interrupted.
pub(crate) const CHANGES_PER_READ: usize = 1_000;

/// How often a waiting revoke reads the membership again in case a notification was lost.
pub(crate) const MEMBERSHIP_READ_INTERVAL: Duration = Duration::from_millis(20);

/// A load fails if no row arrives for this long. It has no other limit: it takes as long as there are keys.
pub(crate) const LOAD_STALLED_AFTER: Duration = Duration::from_secs(30);

/// The waits before the feed connects again: doubled after each failure, up to the longest.
pub(crate) const FIRST_BACKOFF: Duration = Duration::from_millis(100);
pub(crate) const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

/// Attempts to write the last counts when the node stops, a second apart. A clean stop loses no count, but it must end.
pub(crate) const LAST_FLUSH_ATTEMPTS: u32 = 5;
pub(crate) const LAST_FLUSH_INTERVAL: Duration = Duration::from_secs(1);

/// The longest that a notification may take through whatever stands between this program and PostgreSQL.
pub(crate) const NOTIFICATION_TIMEOUT: Duration = Duration::from_secs(2);

/// The lease, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// L: how long a round's proof lasts.
    pub(crate) lease: Duration,
    /// W: how long a revoke waits for a node that does not answer.
    pub(crate) wait: Duration,
}

impl Timing {
    pub(crate) fn of_lease(lease: Duration) -> Self {
        let (numerator, denominator) = WAIT_PER_LEASE;
        Self { lease, wait: lease * numerator / denominator }
    }

    /// From a node's row, which holds its lease in milliseconds.
    pub(crate) fn of_milliseconds(lease: i64) -> Self {
        Self::of_lease(Duration::from_millis(lease.unsigned_abs()))
    }
}
