#![doc = include_str!("../README.md")]

mod api;
mod authentication;
mod body;
mod connection_state;
mod dashboard;
mod error;
mod headers;
mod internal;
mod options;
mod pass_through;
mod server;
pub mod service;
mod timeouts;

pub use api::openapi::openapi_document;
pub use authentication::Access;
pub use options::{HttpOptions, InvalidUpstreamUrl, UpstreamOptions, UpstreamUrl, is_loopback_url};
pub use server::{INTERNAL_ROUTES, Listeners, PUBLIC_ROUTES, Route, serve};

/// What `docs/rust-services.md` prints must compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/rust-services.md")]
struct RustServices;
