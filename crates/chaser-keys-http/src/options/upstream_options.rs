//! The API behind this server, for the pass-through.

use std::time::Duration;

use super::UpstreamUrl;

/// The API behind this server.
#[derive(Clone, Debug)]
pub struct UpstreamOptions {
    /// Host and port.
    pub url: UpstreamUrl,
    /// How long the upstream may send nothing: until its response begins, and between two parts of the body.
    pub timeout: Duration,
}
