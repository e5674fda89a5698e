//! What is known of a request from its arrival to its response.

use std::rc::Rc;
use std::time::Instant;

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use actix_web::http::header::{CACHE_CONTROL, HOST, HeaderValue, WWW_AUTHENTICATE};
use actix_web::http::{ConnectionType, Method};
use actix_web::{HttpMessage, HttpResponse};

use super::{access_log, framework_error, key_in_url, opener_policy};
use crate::authentication::{Principal, is_below};
use crate::connection_state::{ConnectionTimer, InFlight};
use crate::dashboard::refusal::Reader;
use crate::error::ApiError;
use crate::headers::{FixedHeaders, NO_STORE, RequestId, X_REQUEST_ID};

/// Characters of a path in the log: a URL may have 128 KiB.
const LONGEST_LOGGED_PATH: usize = 256;
/// The API and what proxies and services ask: responses differ from caller to caller, so no cache may keep them.
const NEVER_CACHED: [&str; 3] = ["/v1", "/authorize", "/verify"];

/// The request, as the log and the response's headers need it.
pub(super) struct RequestRecord {
    pub(super) request_id: RequestId,
    pub(super) method: Method,
    /// For the log: as the client sent it, without keys, cut to a length.
    pub(super) path: String,
    pub(super) begun: Instant,
    is_never_cached: bool,
    /// The client said `Connection: close`: it reads no response after this one.
    is_last: bool,
    host: Option<HeaderValue>,
    /// Pauses the connection's timer. Absent in tests without a connection.
    in_flight: Option<InFlight>,
}

/// The response, and what the log says of it.
pub(super) struct Answer {
    pub(super) response: Response<BoxBody>,
    pub(super) principal: Option<Principal>,
    /// Never sent.
    pub(super) cause: Option<String>,
}

impl RequestRecord {
    pub(super) fn begin(request: &Request, decoded_path: &str) -> Self {
        Self {
            request_id: RequestId::of(request.headers()),
            method: request.method().clone(),
            path: key_in_url::redacted(request.path()).chars().take(LONGEST_LOGGED_PATH).collect(),
            begun: Instant::now(),
            is_never_cached: NEVER_CACHED.iter().any(|root| is_below(decoded_path, root)),
            is_last: request.head().connection_type() == ConnectionType::Close,
            host: request.headers().get(HOST).cloned(),
            in_flight: request.conn_data::<Rc<ConnectionTimer>>().map(InFlight::begin),
        }
    }

    /// Refuses a request that follows the connection's last one.
    pub(super) fn check_connection(&self) -> Result<(), ApiError> {
        let is_late = self.in_flight.as_ref().is_some_and(InFlight::follows_last_request);
        if is_late { Err(ApiError::ConnectionClosing) } else { Ok(()) }
    }

    /// Adds the headers that every response has, and writes the request's line in the access log.
    pub(super) fn finish(self, mut answer: Answer, fixed: &FixedHeaders) -> Response<BoxBody> {
        let headers = answer.response.headers_mut();
        fixed.add_to(headers);
        opener_policy::add_to(headers, fixed.behind_tls(), self.host.as_ref());
        if self.is_never_cached || answer.principal.is_some() || headers.contains_key(WWW_AUTHENTICATE) {
            headers.insert(CACHE_CONTROL, NO_STORE.1);
        }
        headers.insert(X_REQUEST_ID, self.request_id.to_value());
        self.note_closing(answer.response.head().connection_type());
        access_log::write(&self, &answer);
        answer.response
    }

    fn note_closing(&self, connection_type: ConnectionType) {
        let Some(in_flight) = &self.in_flight else { return };
        let closes = connection_type == ConnectionType::Close;
        if closes {
            in_flight.begin_closing();
        }
        if closes || self.is_last {
            in_flight.mark_last_request();
        }
    }
}

impl Answer {
    pub(super) fn new(response: HttpResponse, principal: Option<Principal>, reader: Option<Reader>) -> Self {
        let response = framework_error::replaced(response);
        let cause = response.error().and_then(|error| error.as_error::<ApiError>()?.cause());
        let response = match reader {
            Some(reader) => reader.show(response),
            None => response,
        };
        Self { response: response.into(), principal, cause }
    }
}
