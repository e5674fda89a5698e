//! The outermost middleware: every request and every response passes it once.
//!
//! It is outside actix-web's application, so that it also sees what fails in routing, and panics.

use std::cell::Cell;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use actix_http::body::{BoxBody, MessageBody};
use actix_http::{HttpMessage, Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, apply_fn_factory, map_config};
use actix_web::dev::{AppConfig, ServiceResponse, Url};
use actix_web::http::ConnectionType;
use actix_web::{Error, HttpResponse};
use futures_util::FutureExt;
use tracing::Instrument;

use super::request_record::{Answer, RequestRecord};
use super::{framework_error, key_in_url};
use crate::authentication::{Access, Principal};
use crate::dashboard::refusal::Reader;
use crate::error::ApiError;
use crate::headers::FixedHeaders;

/// One per listener and worker.
#[derive(Clone)]
pub(in crate::server) struct Boundary {
    pub(in crate::server) listener: Listener,
    pub(in crate::server) fixed_headers: Rc<FixedHeaders>,
    /// Set while the server stops: every response then closes its connection, so that clients go to another node.
    pub(in crate::server) draining: Rc<Cell<bool>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::server) enum Listener {
    Public,
    Internal,
}

impl Boundary {
    /// Puts the boundary around an application.
    pub(super) fn around<S, B>(
        self,
        application: impl IntoServiceFactory<S, Request>,
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
            let boundary = self.clone();
            // Decoded as the router decodes it: access that is decided on another reading is access to another route.
            let url = Url::new(request.uri().clone());
            let record = RequestRecord::begin(&request, url.path());
            let span = tracing::info_span!("request", request_id = %record.request_id);
            let reader = boundary.prepare(&request, url.path(), &record);
            let checked = record.check_connection().and_then(|()| key_in_url::check(request.uri()));
            let answering = checked.map(|()| application.call(request));
            async move {
                let (response, principal) = match answering {
                    Ok(answering) => response_of(answering).await,
                    Err(refusal) => (refusal.into(), None),
                };
                let mut answer = Answer::new(response, principal, reader);
                if boundary.draining.get() {
                    answer.response.head_mut().set_connection_type(ConnectionType::Close);
                }
                Ok(record.finish(answer, &boundary.fixed_headers))
            }
            .instrument(span)
        });
        map_config(bounded, |()| AppConfig::default())
    }

    /// On the public listener: decides once which credentials the path takes, for the gate, the pages and the pass-through,
    /// and whether the client reads pages. The internal listener has neither gate nor pages.
    fn prepare(&self, request: &Request, decoded_path: &str, record: &RequestRecord) -> Option<Reader> {
        if self.listener == Listener::Internal {
            return None;
        }
        let access = Access::of(decoded_path);
        request.extensions_mut().insert(access);
        request.extensions_mut().insert(record.request_id.clone());
        Some(Reader::of(request.method(), decoded_path, access, &request.head().headers))
    }
}

/// The application's response and the principal that it found. A panic is answered like every other error of ours.
async fn response_of<B: MessageBody + 'static>(
    answering: impl Future<Output = Result<ServiceResponse<B>, Error>>,
) -> (HttpResponse, Option<Principal>) {
    match AssertUnwindSafe(answering).catch_unwind().await {
        Ok(Ok(answered)) => {
            let principal = answered.request().extensions().get::<Principal>().cloned();
            (answered.map_into_boxed_body().into_parts().1, principal)
        }
        Ok(Err(error)) => (framework_error::explain(&error).into(), None),
        Err(_) => (ApiError::internal("a handler panicked").into(), None),
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
        let boundary = Boundary {
            listener: Listener::Internal,
            fixed_headers: Rc::new(FixedHeaders::new(false)),
            draining: Rc::default(),
        };
        let service = boundary.around(application).new_service(()).await.unwrap();
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
