//! `CHASER_UPSTREAM`: a reverse proxy for every path below `/v1` that is not ours, after authentication.
//!
//! In the order of a request: [`target`] refuses ambiguous paths, [`request_head`] and [`upload`] make the upstream's
//! request, [`upstream`] sends it, [`response_head`] and [`download`] make the client's response. Bodies stream both ways,
//! a few chunks at a time.

mod cookies;
mod download;
mod forward;
mod hop_by_hop;
mod metrics;
mod request_head;
mod response_head;
mod target;
mod upload;
mod upstream;

pub(crate) use forward::forward;
pub(crate) use metrics::UpstreamMetrics;
pub(crate) use upstream::Upstream;
