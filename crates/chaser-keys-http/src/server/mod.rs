//! The HTTP server: two listeners, the routes, and everything that each request passes through.
//!
//! This is the top of the crate: it imports the other modules, and none of them imports it.

mod app_state;
mod application;
mod connection;
mod http_service;
mod listeners;
mod middleware;
mod routes;

pub use listeners::{Listeners, serve};
pub use routes::{INTERNAL_ROUTES, PUBLIC_ROUTES, Route};
