//! `CHASER_UPSTREAM`: every path below `/v1` that is not ours is authenticated here and carried to the API behind.
//!
//! In the order of a request's journey: [`target`] takes only paths that everybody reads alike, [`request_head`]
//! and [`upload`] make the upstream's request, [`upstream`] sends it, [`response_head`] and [`download`] make the
//! client's answer of what comes back. Bodies stream both ways, a few chunks at a time.

mod carry;
mod cookies;
mod download;
mod hop_by_hop;
mod metrics;
mod request_head;
mod response_head;
mod target;
mod upload;
mod upstream;
mod upstream_url;

pub(crate) use carry::carry;
pub(crate) use metrics::UpstreamMetrics;
pub(crate) use upstream::Upstream;
pub use upstream_url::{InvalidUpstreamUrl, UpstreamUrl};
