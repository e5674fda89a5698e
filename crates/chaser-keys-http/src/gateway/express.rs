//! Good keys at `/authorize`, answered below the application: the way of nearly all requests.
//!
//! A good key needs no route, no span and no line in the log, and its answer allocates nothing. Everything else is
//! left to the long way (`authorize.rs`), which knows how to refuse.

use std::cell::Cell;
use std::future::ready;
use std::rc::Rc;

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, apply_fn_factory};
use actix_web::Error;
use actix_web::http::header::HeaderValue;
use actix_web::http::{ConnectionType, StatusCode, Uri};
use chaser_keys_storage::Verifier;
use futures_util::future::Either;

use super::authorize::{KEY_ID, MODE, NOT_TO_BE_KEPT, WORKSPACE_ID};
use crate::authentication::presented_key;
use crate::boundary::{RequestId, X_REQUEST_ID};
use crate::header_text;

/// Asks `verifier` first; what it does not answer goes on to `others`. While `leaving` is set, every answer asks the
/// client to come back over another connection.
pub(crate) fn before<S>(
    others: impl IntoServiceFactory<S, Request>,
    verifier: Verifier,
    leaving: Rc<Cell<bool>>,
) -> impl ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>
where
    S: ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>,
{
    apply_fn_factory(others, move |request: Request, others: &S::Service| match answer(&request, &verifier) {
        Some(mut answer) => {
            if leaving.get() {
                answer.head_mut().set_connection_type(ConnectionType::Close);
            }
            Either::Left(ready(Ok(answer)))
        }
        None => Either::Right(others.call(request)),
    })
}

/// The answer to a request that presents a good key at `/authorize`; it is counted.
fn answer(request: &Request, verifier: &Verifier) -> Option<Response<BoxBody>> {
    if !asks_for_authorization(request.uri()) {
        return None;
    }
    let key = verifier.authenticate_at_once(presented_key(&request.head().headers).ok()?)?;
    let id = RequestId::of(&request.head().headers);
    tracing::debug!(request_id = %id, workspace_id = %key.workspace_id, key_id = %key.key_id, "authorized");
    let mut response = Response::with_body(StatusCode::OK, BoxBody::new(()));
    let headers = response.headers_mut();
    headers.insert(NOT_TO_BE_KEPT.0, NOT_TO_BE_KEPT.1);
    headers.insert(KEY_ID, header_text::of_uuid(key.key_id.as_uuid()));
    headers.insert(WORKSPACE_ID, header_text::of_uuid(key.workspace_id.as_uuid()));
    headers.insert(MODE, HeaderValue::from_static(key.mode.as_str()));
    headers.insert(X_REQUEST_ID, id.into_value());
    Some(response)
}

/// Below `/authorize` stands what Envoy was asked for. Where so much as a trace of a key may be in it, the long way
/// looks closer.
fn asks_for_authorization(uri: &Uri) -> bool {
    let url = uri.path_and_query().map_or("", |url| url.as_str());
    let Some(original) = url.strip_prefix("/authorize") else { return false };
    original.is_empty()
        || original.starts_with(['/', '?']) && !original.contains('%') && !original.contains("cha_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hide_a_key_or_is_another_path_goes_the_long_way() {
        let table = [
            ("/authorize", true),
            ("/authorize/", true),
            ("/authorize?a=b", true),
            ("/authorize/v1/sessions?a=b", true),
            ("/authorized", false),
            ("/authorize/cha_live_qMRiH5q", false),
            ("/authorize/c%68a_live_qMRiH5q", false),
            ("/authorize?key=cha_test_", false),
            ("/Authorize", false),
            ("//authorize", false),
            ("/", false),
        ];
        for (url, expected) in table {
            assert_eq!(asks_for_authorization(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
