//! A node's live copy of the keys, and why it is never late.
//!
//! `docs/coherence.md` explains the protocol to a sceptic. In short: a node answers from memory while it holds a
//! *lease*, which it extends by proving in a *round* that it knows every change; a revoke answers once every
//! *member* has applied it, or so much time has passed that no lease can be left (the *barrier*).
//!
//! | file | idea |
//! |---|---|
//! | `shared.rs` | the state that readers, the feed and the barrier share |
//! | `index/` | digest → key, read without locks |
//! | `lease.rs`, `boot_instant.rs` | until when this node may answer |
//! | `database_time.rs` | PostgreSQL's time without asking for it |
//! | `verdict.rs` | read the lease, look up, read the clock, answer |
//! | `look_ups.rs` | an unknown key waits for one shared round, which looks it up |
//! | `feed.rs`, `load.rs`, `round.rs`, `round_error.rs`, `changes.rs`, `feed_connection.rs` | the one writer |
//! | `pepper_coverage.rs` | whether this node has the pepper of every live key |
//! | `primary.rs` | which PostgreSQL answers, and for how long this node has followed it |
//! | `membership.rs`, `sweep.rs` | which other nodes serve, and which have died |
//! | `barrier.rs` | when a revoke may answer |
//! | `status.rs`, `metrics.rs` | what operators see |

pub(crate) mod barrier;
pub(crate) mod boot_instant;
mod changes;
mod database_time;
pub(crate) mod feed;
mod feed_connection;
pub(crate) mod index;
#[cfg(all(test, feature = "shuttle"))]
mod interleavings;
mod lease;
mod load;
mod look_ups;
mod membership;
pub(crate) mod metrics;
pub(crate) mod pepper_coverage;
mod primary;
mod round;
mod round_error;
mod shared;
pub(crate) mod status;
mod sweep;
mod sync;
mod verdict;

pub(crate) use shared::Replica;
pub(crate) use verdict::{Lookup, Verdict};
