//! One request from its arrival to its answer.

use std::rc::Rc;
use std::time::Instant;

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HOST, HeaderValue, WWW_AUTHENTICATE};
use actix_web::http::{ConnectionType, Method};
use actix_web::{HttpMessage, HttpResponse};

use super::request_id::X_REQUEST_ID;
use super::{FixedHeaders, RequestId, access_log, fixed_headers, framework_error, key_in_url, opener_policy};
use crate::authentication::Principal;
use crate::connection::{Patience, Serving};
use crate::error::ApiError;

/// A URL may have 128 KiB; a line of the log should not.
const LONGEST_LOGGED_PATH: usize = 256;

/// What is known of a request before anything is decided about it.
pub(super) struct Visit {
    pub(super) request_id: RequestId,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) begun: Instant,
    is_for_one_caller: bool,
    /// The client reads one more answer over this connection.
    is_the_last: bool,
    /// What the client called this server.
    host: Option<HeaderValue>,
    /// Keeps the connection patient while the request is served.
    serving: Option<Serving>,
}

/// What became of it.
pub(super) struct Outcome {
    pub(super) response: Response<BoxBody>,
    pub(super) principal: Option<Principal>,
    /// For the log alone.
    pub(super) cause: Option<String>,
}

impl Visit {
    pub(super) fn begin(request: &Request) -> Self {
        Self {
            request_id: RequestId::of(request.headers()),
            method: request.method().clone(),
            path: key_in_url::redacted(request.path()).chars().take(LONGEST_LOGGED_PATH).collect(),
            begun: Instant::now(),
            is_for_one_caller: fixed_headers::is_for_one_caller(request.path()),
            is_the_last: request.head().connection_type() == ConnectionType::Close,
            host: request.headers().get(HOST).cloned(),
            serving: request.conn_data::<Rc<Patience>>().map(Serving::begin),
        }
    }

    /// Refuses what follows the connection's last request.
    pub(super) fn check_turn(&self) -> Result<(), ApiError> {
        let is_late = self.serving.as_ref().is_some_and(Serving::comes_too_late);
        if is_late { Err(ApiError::AfterTheLast) } else { Ok(()) }
    }

    /// Dresses the response for the way out, and writes the one line of the access log.
    pub(super) fn end(self, mut outcome: Outcome, fixed: &FixedHeaders) -> Response<BoxBody> {
        let headers = outcome.response.headers_mut();
        fixed.add_to(headers);
        opener_policy::add_to(headers, fixed.behind_tls, self.host.as_ref());
        if self.is_for_one_caller || outcome.principal.is_some() || headers.contains_key(WWW_AUTHENTICATE) {
            fixed_headers::forbid_storing(headers);
        }
        headers.insert(X_REQUEST_ID, self.request_id.to_value());
        if let Some(serving) = &self.serving {
            let closes = outcome.response.head().connection_type() == ConnectionType::Close;
            if closes {
                serving.speak_last_words();
            }
            if closes || self.is_the_last {
                serving.answer_finally();
            }
        }
        access_log::write(&self, &outcome);
        outcome.response
    }
}

impl From<ServiceResponse<BoxBody>> for Outcome {
    fn from(answered: ServiceResponse<BoxBody>) -> Self {
        let principal = answered.request().extensions().get::<Principal>().cloned();
        let response = answered.into_parts().1;
        match response.error() {
            Some(error) if error.as_error::<ApiError>().is_none() => {
                Self { principal, ..framework_error::explain(error).into() }
            }
            _ => Self { principal, cause: cause_of(&response), response: response.into() },
        }
    }
}

/// What the log is told about a refusal beyond its status.
pub(super) fn cause_of(response: &HttpResponse) -> Option<String> {
    response.error()?.as_error::<ApiError>()?.cause().map(ToOwned::to_owned)
}
