//! Forwards one request to the upstream, and its response to the client.

use std::time::Instant;

use actix_web::http::Method;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chaser_keys_storage::Store;

use super::upload::Upload;
use super::{Upstream, request_head, response_head, target};
use crate::authentication::{Access, AuthenticatedKey};
use crate::error::ApiError;
use crate::options::HttpOptions;

/// `TRACE` would show a client the identity headers, and `CONNECT` would open the network.
const FORWARDED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// The handler of paths without a route: below `/v1` they are the upstream's, all others are 404.
///
/// The gate has verified the key and counted the request.
pub(crate) async fn forward(
    request: HttpRequest,
    payload: Payload,
    upstream: Data<Upstream>,
    store: Data<Store>,
    options: Data<HttpOptions>,
) -> Result<HttpResponse, ApiError> {
    if Access::of_request(&request)? != Access::Bearer {
        return Err(ApiError::NotFound);
    }
    let AuthenticatedKey(key) = AuthenticatedKey::extract(&request).await?;
    if matches!(*request.method(), Method::TRACE | Method::CONNECT) {
        return Err(ApiError::MethodNotAllowed { allowed: FORWARDED_METHODS.to_owned() });
    }
    let target = target::of(request.uri())?;
    let meter = store.node().meter(&key);
    let head = request_head::of(&request, &upstream.uri_of(target)?, &key, &options);
    let (body, upload) = Upload::begin(request.headers(), payload.into_inner(), meter.clone());
    let begun = Instant::now();
    let response = upstream.send(head, body, &upload).await;
    upstream.metrics.record(&response, begun.elapsed());
    response_head::forward(&request, response?, &upstream, meter)
}
