//! How the server is set up: what its caller decides.

mod http_options;
mod upstream_options;
mod upstream_url;

pub use http_options::{HttpOptions, is_loopback_url};
pub use upstream_options::UpstreamOptions;
pub use upstream_url::{InvalidUpstreamUrl, UpstreamUrl};
