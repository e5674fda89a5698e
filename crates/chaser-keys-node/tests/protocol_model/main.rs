//! A model of the coherence protocol, explored exhaustively: once a DELETE has answered 204, no node accepts
//! the key for a request that began after it.
//!
//! **The model.** One key; PostgreSQL; nodes that verify; nodes that are asked to DELETE the key, the second
//! of them also for a client that tries again after the first has crashed; a sweeper. Each step of each party
//! is an action of its own: noting the clock, the moment PostgreSQL executes a statement, the arrival of the
//! reply, publishing, a request's reading of lease, index and clock, commit, acknowledgement, membership,
//! answer.
//!
//! **Faults.** Steps are never obliged to happen, and time may pass between any two. So every pause of a
//! process between any two steps (SIGSTOP), every time of silence (a node cut off, PostgreSQL down), every
//! delay of a message and a NOTIFY that never arrives are in each exploration. Actions of their own are lost
//! connections (with the statement executed or not, also long afterwards), crashes with a restart under a
//! fresh id, clean stops, the crash of a revoking node at any of its steps, trimmed changes, and a failover.
//!
//! **Time.** Each clock advances at each tick by an amount of its own between 20 % too little and 20 % too
//! much, chosen anew each time. Timers are kept as what is left of them, so that neither time nor the number
//! of rounds, requests and crashes is bounded: the state space is finite without it.
//!
//! **Abstracted.** A node's verifying half and its revoking half are separate parties with separate clocks and
//! crashes, and so is the sweeper: that allows everything that a whole node can do, and more. A load and a
//! round of changes each read one snapshot. Ids are never reused, and neither is a beat. A node's row is
//! replaced when it registers anew while it lives.
//!
//! **Not covered.** More than one key and one revoke; grace deadlines; a new key that is missed and waited for
//! (its extra round is a round that yields no lease); that the code does what the model does; a hypervisor
//! that stops `CLOCK_BOOTTIME`, which no clock can see.
#![expect(
    clippy::print_stdout,
    reason = "what was explored is worth reading; cargo shows it with --nocapture"
)]

mod barrier;
mod broken_variants;
mod check;
mod feed;
mod holds;
mod mishaps;
mod model;
mod node;
mod properties;
mod protocol;
mod request;
mod revoke;
mod rounds;
mod surroundings;
mod sweep;
mod time;
mod usefulness;
mod world;
