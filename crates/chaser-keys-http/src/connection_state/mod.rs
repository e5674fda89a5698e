//! What a connection's stream shares with the requests that it carries.
//!
//! It lies below both: `server/connection/` acts on it, requests and the pass-through change it.

mod connection_timer;
mod in_flight;
mod upstream_body_state;

pub(crate) use connection_timer::ConnectionTimer;
pub(crate) use in_flight::InFlight;
pub(crate) use upstream_body_state::UpstreamBodyState;
