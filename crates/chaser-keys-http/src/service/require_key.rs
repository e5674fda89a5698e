//! The middleware: nothing below it is reached without a good key.

use std::future::{Ready, ready};
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use chaser_keys_storage::Verifier;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::ApiKey;

/// Wrap a scope or an application in it: `web::scope("/v1").wrap(RequireKey)`. Requests are refused before they
/// are routed, so that a stranger does not learn which paths there are. Handlers may still take an [`ApiKey`].
#[derive(Clone, Copy, Debug, Default)]
pub struct RequireKey;

impl<S, B> Transform<S, ServiceRequest> for RequireKey
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Guarded { service: Rc::new(service) }))
    }
}

/// What [`RequireKey`] makes of a service.
#[derive(Debug)]
pub struct Guarded<S> {
    service: Rc<S>,
}

impl<S, B> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let service = Rc::clone(&self.service);
        async move {
            let verifier = request.app_data::<Data<Verifier>>().cloned();
            match ApiKey::of(request.headers(), verifier).await {
                Ok(key) => {
                    request.extensions_mut().insert(key);
                    Ok(service.call(request).await?.map_into_left_body())
                }
                Err(refusal) => Ok(request.error_response(refusal).map_into_right_body()),
            }
        }
        .boxed_local()
    }
}
