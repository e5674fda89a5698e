//! Good keys at `/authorize`, answered below the application: the way of nearly all requests.
//!
//! A good key needs no route, no span and no line in the log, and its answer allocates nothing. Everything else is
//! left to the long way (`authorize.rs`), which knows how to refuse.

use std::future::ready;

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, apply_fn_factory};
use actix_web::Error;
use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, Uri};
use chaser_keys_storage::Verifier;
use futures_util::future::Either;

use super::authorize::{KEY_ID, MODE, NOT_TO_BE_KEPT, WORKSPACE_ID};
use crate::authentication::presented_key;
use crate::boundary::{RequestId, X_REQUEST_ID};
use crate::header_text;

/// Two ids of 36 characters, and a request's id.
const ROOM: usize = 128;

/// Asks `verifier` first; what it does not answer goes on to `others`.
pub(crate) fn before<S>(
    others: impl IntoServiceFactory<S, Request>,
    verifier: Verifier,
) -> impl ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>
where
    S: ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>,
{
    apply_fn_factory(others, move |request: Request, others: &S::Service| match answer(&request, &verifier) {
        Some(answer) => Either::Left(ready(Ok(answer))),
        None => Either::Right(others.call(request)),
    })
}

/// The answer to a request that presents a good key at `/authorize`; it is counted.
fn answer(request: &Request, verifier: &Verifier) -> Option<Response<BoxBody>> {
    if !asks_for_authorization(request.uri()) {
        return None;
    }
    let key = verifier.authenticate_at_once(presented_key(&request.head().headers).ok()?)?;
    let mut response = Response::with_body(StatusCode::OK, BoxBody::new(()));
    header_text::make_room(ROOM);
    let id = RequestId::of(&request.head().headers);
    tracing::debug!(request_id = %id, workspace_id = %key.workspace_id, key_id = %key.key_id, "authorized");
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
    use actix_web::http::header::AUTHORIZATION;
    use allocation_counter::measure;
    use chaser_keys::{KeyMode, Peppers};
    use chaser_keys_storage::{
        DatabaseUrl, KeyCreation, Store, StoreOptions, run_migrations, schema_fingerprint,
    };
    use local_postgres::{BoxError, TestDatabase};

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

    async fn migrate(url: String) -> Result<(), BoxError> {
        run_migrations(&url.parse::<DatabaseUrl>()?).await?;
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_answer_allocates_nothing() {
        let template = format!("chaser_keys_http-{}", schema_fingerprint());
        let database = TestDatabase::from_template(&template, migrate).await.unwrap();
        let url: DatabaseUrl = database.url().parse().unwrap();
        let peppers: Peppers = format!("p1:{}", "5a".repeat(32)).parse().unwrap();
        let store = Store::connect(&url, peppers, StoreOptions::default()).await.unwrap();
        let node = store.clone();
        tokio::spawn(async move { node.run_background(std::future::pending()).await });
        let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
        let made = store.create_key(workspace, "ci".parse().unwrap(), KeyMode::Live, None).await.unwrap();
        let KeyCreation::Issued(issued) = made else { panic!("there was no Idempotency-Key") };
        store.until_ready().await;
        let verifier = store.verifier();
        // Waits until the node has heard of the key.
        assert!(verifier.authenticate(&issued.secret).await.unwrap().is_some());

        let mut request = Request::new();
        *request.uri_mut() = "/authorize".parse().unwrap();
        let credentials = format!("Bearer {}", issued.secret.expose());
        request.headers_mut().insert(AUTHORIZATION, credentials.parse().unwrap());
        let ask = || assert_eq!(answer(&request, &verifier).unwrap().status(), StatusCode::OK);
        // The first response of a thread is made, and used again by those that follow.
        ask();
        let counted = measure(|| (0..1_000).for_each(|_| ask()));
        assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
    }
}
