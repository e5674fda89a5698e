//! The access log: one line per request with method, path, status, duration and principal.
//!
//! Never a header, a query, a body, a cookie or a secret.

use actix_web::http::Method;
use tracing::field::{DisplayValue, display};

use super::request_record::{Answer, RequestRecord};
use crate::authentication::Principal;

/// UPDATEREDIRECTREF, the longest that is registered, has 17 characters.
const LONGEST_METHOD: usize = 20;

/// Polled every few seconds by machines: logged only when they fail.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Writes the line, and before it the cause of an error, which is logged nowhere else.
pub(super) fn write(record: &RequestRecord, answer: &Answer) {
    let status = answer.response.status();
    if status.is_success() && PROBES.contains(&record.path.as_str()) {
        return;
    }
    let principal = answer.principal.as_ref();
    if let Some(cause) = &answer.cause {
        if status.is_server_error() {
            tracing::error!(request_id = %record.request_id, cause, "could not answer");
        } else {
            tracing::debug!(request_id = %record.request_id, cause, "refused");
        }
    }
    tracing::info!(
        method = named(&record.method),
        path = record.path,
        status = status.as_u16(),
        duration_us = u64::try_from(record.begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        request_id = %record.request_id,
        workspace_id = optional(principal.map(Principal::workspace_id)),
        key_id = optional(principal.and_then(Principal::key_id)),
        user_id = optional(principal.and_then(Principal::user_id)),
        "answered",
    );
}

/// A method may be any word as long as a head. A client that lost track of its own bytes may send a secret in its place.
fn named(method: &Method) -> &str {
    let name = method.as_str();
    if name.len() <= LONGEST_METHOD { name } else { "(not logged: too long for a method)" }
}

fn optional<T: std::fmt::Display>(value: Option<T>) -> Option<DisplayValue<T>> {
    value.map(display)
}
