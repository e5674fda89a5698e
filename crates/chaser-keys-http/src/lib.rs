#![doc = include_str!("../README.md")]

mod application;
mod authentication;
mod body;
mod boundary;
mod client_address;
mod connection;
mod dashboard;
mod error;
mod gateway;
mod health;
mod keys;
mod listeners;
mod metrics;
mod openapi;
mod options;
mod pass_through;
pub mod passwords;
mod routes;
mod sign_in;
mod timestamp;
mod usage;

pub use listeners::{Listeners, serve};
pub use openapi::openapi_document;
pub use options::{HttpOptions, UpstreamOptions, is_loopback_url};
pub use pass_through::{InvalidUpstreamUrl, UpstreamUrl};
pub use routes::{Access, INTERNAL_ROUTES, PUBLIC_ROUTES, Route};
