//! One line per request: what was asked, by whom, what came of it and how long it took.
//!
//! Never a header, a query, a body, a cookie or a secret.

use actix_web::http::Method;
use tracing::field::{DisplayValue, display};

use crate::authentication::Principal;

use super::visit::{Outcome, Visit};

/// UPDATEREDIRECTREF, the longest that is registered, has 17 characters.
const LONGEST_METHOD: usize = 20;

/// Asked every few seconds by machines; worth a line only when something is wrong.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Writes the line; for a mistake of ours also its cause, the only time it is told.
pub(super) fn write(visit: &Visit, outcome: &Outcome) {
    let status = outcome.response.status();
    if status.is_success() && PROBES.contains(&visit.path.as_str()) {
        return;
    }
    let principal = outcome.principal.as_ref();
    if let Some(cause) = &outcome.cause {
        if status.is_server_error() {
            tracing::error!(request_id = %visit.request_id, cause, "could not answer");
        } else {
            tracing::debug!(request_id = %visit.request_id, cause, "refused");
        }
    }
    tracing::info!(
        method = named(&visit.method),
        path = visit.path,
        status = status.as_u16(),
        duration_us = u64::try_from(visit.begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        request_id = %visit.request_id,
        workspace_id = optional(principal.map(Principal::workspace_id)),
        key_id = optional(principal.and_then(Principal::key_id)),
        user_id = optional(principal.and_then(Principal::user_id)),
        "answered",
    );
}

/// A method may be any word, and as long as a head: a client that is out of step may send a secret in its place.
fn named(method: &Method) -> &str {
    let name = method.as_str();
    if name.len() <= LONGEST_METHOD { name } else { "(not logged: too long for a method)" }
}

fn optional<T: std::fmt::Display>(value: Option<T>) -> Option<DisplayValue<T>> {
    value.map(display)
}
