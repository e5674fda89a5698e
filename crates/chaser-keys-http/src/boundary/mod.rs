//! The boundary: everything that comes in or goes out passes here, once.
//!
//! It stands below actix-web's application, so that it also sees what fails in routing, and a panic.

mod access_log;
mod fixed_headers;
mod framework_error;
mod key_in_url;
mod opener_policy;
mod request_id;
mod visit;

use std::cell::Cell;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use actix_http::body::{BoxBody, MessageBody};
use actix_http::{HttpMessage, Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, apply_fn_factory, map_config};
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::{Error, HttpResponse};
use futures_util::FutureExt;
use tracing::Instrument;

pub(crate) use fixed_headers::FixedHeaders;
pub(crate) use request_id::RequestId;

use crate::dashboard::refusal::Reader;
use crate::error::ApiError;
use visit::{Outcome, Visit};

/// Puts the boundary around an application. While `leaving` is set, every answer asks the client to come back over
/// another connection.
pub(crate) fn around<S, B>(
    application: impl IntoServiceFactory<S, Request>,
    fixed_headers: Rc<FixedHeaders>,
    leaving: Rc<Cell<bool>>,
) -> impl ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>
where
    S: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        >,
    B: MessageBody + 'static,
{
    let bounded = apply_fn_factory(application, move |request: Request, application: &S::Service| {
        let visit = Visit::begin(&request);
        request.extensions_mut().insert(visit.request_id.clone());
        let (fixed_headers, leaving) = (Rc::clone(&fixed_headers), Rc::clone(&leaving));
        let span = tracing::info_span!("request", request_id = %visit.request_id);
        let reader = Reader::of(request.method(), request.path(), &request.head().headers);
        let checked = visit.check_turn().and_then(|()| key_in_url::check(request.uri()));
        let answering = checked.map(|()| application.call(request));
        async move {
            let mut outcome = match answering {
                Ok(answering) => outcome_of(answering).await,
                Err(refusal) => Outcome::told_to(reader, refusal),
            };
            if leaving.get() {
                outcome.response.head_mut().set_connection_type(ConnectionType::Close);
            }
            Ok(visit.end(outcome, &fixed_headers))
        }
        .instrument(span)
    });
    map_config(bounded, |()| AppConfig::default())
}

/// Waits for the application, whatever becomes of it: a panic is answered like any other mistake of ours.
async fn outcome_of<B: MessageBody + 'static>(
    answering: impl Future<Output = Result<ServiceResponse<B>, Error>>,
) -> Outcome {
    match AssertUnwindSafe(answering).catch_unwind().await {
        Ok(Ok(answered)) => Outcome::from(answered.map_into_boxed_body()),
        Ok(Err(error)) => framework_error::explain(&error).into(),
        Err(_) => ApiError::Internal { cause: "a handler panicked".to_owned() }.into(),
    }
}

impl Outcome {
    fn told_to(reader: Reader, error: ApiError) -> Self {
        let response = reader.show(HttpResponse::from_error(error));
        Self { cause: visit::cause_of(&response), response: response.into(), principal: None }
    }
}

impl From<ApiError> for Outcome {
    fn from(error: ApiError) -> Self {
        let response = HttpResponse::from_error(error);
        Self { cause: visit::cause_of(&response), response: response.into(), principal: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_http::body::to_bytes;
    use actix_web::http::{StatusCode, header};
    use actix_web::{App, web};

    async fn answer_of(handler: fn() -> HttpResponse) -> Response<BoxBody> {
        let application = App::new().route("/", web::get().to(move || async move { handler() }));
        let bounded = around(application, Rc::new(FixedHeaders::new(false)), Rc::default());
        let service = bounded.new_service(()).await.unwrap();
        service.call(Request::new()).await.unwrap()
    }

    #[actix_web::test]
    async fn a_panic_is_answered_like_any_other_mistake_of_ours() {
        let response = answer_of(|| panic!("a handler's mistake")).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().contains_key("x-request-id"));
        let body = to_bytes(response.into_body()).await.unwrap();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.starts_with(r#"{"error":{"code":"internal","message":"#), "{body}");
        assert!(!body.contains("mistake"), "{body}");
    }

    #[actix_web::test]
    async fn a_handler_may_set_a_policy_of_its_own() {
        let response = answer_of(|| {
            HttpResponse::Ok().insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'self'")).finish()
        })
        .await;
        assert_eq!(response.headers().get(header::CONTENT_SECURITY_POLICY).unwrap(), "default-src 'self'");
        assert_eq!(response.headers().get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
    }

    #[actix_web::test]
    async fn what_the_framework_refuses_by_itself_has_the_envelope() {
        let response = answer_of(|| HttpResponse::from_error(actix_web::error::PayloadError::Overflow)).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let body = to_bytes(response.into_body()).await.unwrap();
        assert!(body.starts_with(br#"{"error":{"code":"payload_too_large""#));
    }
}
