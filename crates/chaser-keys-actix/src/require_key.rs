//! The middleware: routes below it are reached with good keys only.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use chaser_keys_service::SharedVerifier;

use crate::identify::identify;

/// Refuses requests without a good key before they are routed, so that a stranger cannot find out which paths exist.
///
/// Handlers below it may still take an [`AuthenticatedKey`](crate::AuthenticatedKey): the request is counted once, and
/// also if one `RequireKey` is inside another.
///
/// ```
/// use actix_web::web;
/// use chaser_keys_actix::RequireKey;
/// use chaser_keys_service::SharedVerifier;
///
/// fn configure(config: &mut web::ServiceConfig, verifier: SharedVerifier) {
///     config.service(web::scope("/v1").wrap(RequireKey::new(verifier)));
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct RequireKey {
    verifier: Option<SharedVerifier>,
}

impl RequireKey {
    /// Verifies with this verifier.
    #[must_use]
    pub const fn new(verifier: SharedVerifier) -> Self {
        Self { verifier: Some(verifier) }
    }

    /// Verifies with the [`SharedVerifier`] that was given to `App::app_data`. Every request is answered 500, and the
    /// log says why, if there is none.
    #[must_use]
    pub const fn from_app_data() -> Self {
        Self { verifier: None }
    }
}

impl<S, B> Transform<S, ServiceRequest> for RequireKey
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = RequireKeyService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(RequireKeyService { inner: Rc::new(service), verifier: self.verifier.clone() }))
    }
}

/// The service that [`RequireKey`] wraps around another.
#[derive(Debug)]
pub struct RequireKeyService<S> {
    inner: Rc<S>,
    verifier: Option<SharedVerifier>,
}

impl<S, B> Service<ServiceRequest> for RequireKeyService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let inner = Rc::clone(&self.inner);
        let verifier = self.verifier.clone();
        Box::pin(async move {
            match identify(request.request(), verifier.as_ref()).await {
                Ok(_) => Ok(inner.call(request).await?.map_into_left_body()),
                Err(refused) => Ok(request.error_response(refused).map_into_right_body()),
            }
        })
    }
}
