//! One request to the upstream and back.

use std::time::Instant;

use actix_web::http::Method;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chaser_keys_storage::Store;

use super::upload::Upload;
use super::{Upstream, request_head, response_head, target};
use crate::authentication::{KeyHolder, access_of};
use crate::error::ApiError;
use crate::options::HttpOptions;
use crate::routes::Access;

/// What `TRACE` would show of the identity headers, and `CONNECT` of the network, is nobody's business.
const CARRIED: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Answers what no route of ours does: paths below `/v1` are the upstream's, all others do not exist.
///
/// The gate has verified the key and counted the request.
pub(crate) async fn carry(
    request: HttpRequest,
    payload: Payload,
    upstream: Data<Upstream>,
    store: Data<Store>,
    options: Data<HttpOptions>,
) -> Result<HttpResponse, ApiError> {
    if access_of(request.match_info().as_str()) != Access::Bearer {
        return Err(ApiError::NotFound);
    }
    let KeyHolder(key) = KeyHolder::extract(&request).await?;
    if matches!(*request.method(), Method::TRACE | Method::CONNECT) {
        return Err(ApiError::MethodNotAllowed { allowed: CARRIED.to_owned() });
    }
    let target = target::of(request.uri())?;
    let meter = store.node().meter(&key);
    let head = request_head::of(&request, &upstream.uri_of(target)?, &key, &options);
    let (body, upload) = Upload::begin(request.headers(), payload.into_inner(), meter.clone());
    let begun = Instant::now();
    let answer = upstream.send(head, body, &upload).await;
    upstream.metrics.ended(&answer, begun.elapsed());
    response_head::answer(&request, answer?, &upstream, meter)
}
