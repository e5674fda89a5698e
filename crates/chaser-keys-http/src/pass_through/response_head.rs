//! The upstream's response as the client gets it.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{self, BodyStream, SizedStream};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Version};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chaser_keys_storage::TrafficMeter;
use futures_util::stream;
use hyper::Response;
use hyper::body::{Body, Incoming};
use hyper::http::header::{CONNECTION, CONTENT_LENGTH, SET_COOKIE};
use hyper::http::response::Parts;

use super::Upstream;
use super::cookies;
use super::download::{Download, DownloadFailed};
use super::hop_by_hop::HopByHop;
use crate::connection_state::{ConnectionTimer, UpstreamBodyState};
use crate::error::ApiError;

/// Status, headers and body. The boundary adds what every response has: the request id, `no-store`, and the headers that
/// keep a browser from rendering an API's response as a page.
pub(super) fn forward(
    request: &HttpRequest,
    response: Response<Incoming>,
    upstream: &Upstream,
    meter: Arc<TrafficMeter>,
) -> Result<HttpResponse, ApiError> {
    let (head, incoming) = response.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16()).map_err(|_| unusable("its status"))?;
    // We never send `Upgrade`.
    if status.is_informational() {
        return Err(unusable("a switch of protocols"));
    }
    let mut response = HttpResponse::build(status);
    for header in headers(&head) {
        response.append_header(header?);
    }
    if request.method() == Method::HEAD {
        return Ok(match announced_length(&head) {
            Some(length) => {
                response.body(SizedStream::new(length, stream::empty::<Result<_, DownloadFailed>>()))
            }
            None => response.body(body::None::new()),
        });
    }
    if incoming.is_end_stream() {
        return Ok(response.finish());
    }
    let length = incoming.size_hint().exact();
    let timer = request.conn_data::<Rc<ConnectionTimer>>().cloned();
    let body_state = request.conn_data::<Rc<UpstreamBodyState>>().cloned();
    let download = Download::begin(incoming, upstream.timeout, timer, body_state, meter);
    Ok(match length {
        Some(length) => response.body(SizedStream::new(length, download)),
        None => of_unknown_length(request.version(), response, download),
    })
}

/// Chunked; for an HTTP/1.0 client, which knows no chunks, until the connection closes.
fn of_unknown_length(version: Version, mut response: HttpResponseBuilder, body: Download) -> HttpResponse {
    let knows_chunks = version >= Version::HTTP_11;
    if !knows_chunks {
        response.force_close();
    }
    let mut response = response.body(BodyStream::new(body));
    response.head_mut().no_chunking(!knows_chunks);
    response
}

/// All headers but hop-by-hop ones, cookies of our names, and the length, which the body sets.
fn headers(head: &Parts) -> impl Iterator<Item = Result<(HeaderName, HeaderValue), ApiError>> {
    let connection = head.headers.get_all(CONNECTION).iter().map(hyper::http::HeaderValue::as_bytes);
    let hop = HopByHop::of(connection);
    let goes_on = move |name: &hyper::http::HeaderName, value: &[u8]| {
        name != CONTENT_LENGTH
            && !hop.includes(name.as_str())
            && !(name == SET_COOKIE && cookies::sets_ours(value))
    };
    head.headers.iter().filter(move |(name, value)| goes_on(name, value.as_bytes())).map(|(name, value)| {
        let name =
            HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| unusable("a header's name"))?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unusable("a header's value"))?;
        Ok((name, value))
    })
}

/// The length in a response to `HEAD`: that of the body which `GET` would get.
fn announced_length(head: &Parts) -> Option<u64> {
    head.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn unusable(what: &str) -> ApiError {
    ApiError::UpstreamFailed { cause: format!("the upstream's response cannot be forwarded: {what}").into() }
}
