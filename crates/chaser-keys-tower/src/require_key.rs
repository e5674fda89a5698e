//! The service that [`RequireKeyLayer`](crate::RequireKeyLayer) makes.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use chaser_keys_service::{Refusal, SharedVerifier, VerifiedKey, authenticate};
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use http_body_util::Either;
use tower_service::Service;

use crate::grpc;
use crate::refusal_body::{ResponseBody, refused};

/// Calls the inner service with good keys only, and puts the [`VerifiedKey`] into the request's extensions.
///
/// A request that already carries a `VerifiedKey` there passes: it was verified and counted by a `RequireKey` further
/// out, or given its identity by a test.
#[derive(Clone, Debug)]
pub struct RequireKey<S> {
    inner: S,
    verifier: SharedVerifier,
}

impl<S> RequireKey<S> {
    /// Wraps one service. Use [`RequireKeyLayer`](crate::RequireKeyLayer) where a layer is asked for.
    #[must_use]
    pub const fn new(inner: S, verifier: SharedVerifier) -> Self {
        Self { inner, verifier }
    }
}

impl<S, RequestBody, B> Service<Request<RequestBody>> for RequireKey<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    RequestBody: Send + 'static,
{
    type Response = Response<ResponseBody<B>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        // The clone is not ready; what `poll_ready` made ready has to be the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let verifier = self.verifier.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match identify(&parts, &verifier).await {
                Ok(key) => {
                    parts.extensions.insert(key);
                    let response = inner.call(Request::from_parts(parts, body)).await?;
                    Ok(response.map(Either::Left))
                }
                Err(refusal) if grpc::is_grpc(&parts.headers) => Ok(refused(grpc::response(refusal))),
                Err(refusal) => Ok(refused(refusal.into_response())),
            }
        })
    }
}

async fn identify(parts: &Parts, verifier: &SharedVerifier) -> Result<VerifiedKey, Refusal> {
    if let Some(key) = parts.extensions.get::<VerifiedKey>() {
        return Ok(*key);
    }
    let authorization = parts.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes);
    authenticate(authorization, verifier).await
}
