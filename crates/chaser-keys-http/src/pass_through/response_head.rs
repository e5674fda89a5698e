//! The upstream's answer as the client gets it.

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
use crate::connection::{ForeignAnswer, Patience};
use crate::error::ApiError;

/// Status, headers and body. The boundary adds what every answer has: the request's id, `no-store`, and the
/// headers that keep a browser from taking an API's answer for a page.
pub(super) fn answer(
    request: &HttpRequest,
    answer: Response<Incoming>,
    upstream: &Upstream,
    meter: Arc<TrafficMeter>,
) -> Result<HttpResponse, ApiError> {
    let (head, incoming) = answer.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16()).map_err(|_| unusable("its status"))?;
    // We asked for no other protocol.
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
    if let Some(foreign) = request.conn_data::<Rc<ForeignAnswer>>() {
        foreign.begins();
    }
    let patience = request.conn_data::<Rc<Patience>>().cloned();
    let foreign = request.conn_data::<Rc<ForeignAnswer>>().cloned();
    let download = Download::new(incoming, upstream.timeout, patience, foreign, meter);
    Ok(match length {
        Some(length) => response.body(SizedStream::new(length, download)),
        None => of_unknown_length(request.version(), response, download),
    })
}

/// In chunks; to a client that knows none (HTTP/1.0), up to the end of the connection.
fn of_unknown_length(version: Version, mut response: HttpResponseBuilder, body: Download) -> HttpResponse {
    let knows_chunks = version >= Version::HTTP_11;
    if !knows_chunks {
        response.force_close();
    }
    let mut response = response.body(BodyStream::new(body));
    response.head_mut().no_chunking(!knows_chunks);
    response
}

/// All but what ends here, and the length, which belongs to the body.
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

/// What a `GET` would have brought.
fn announced_length(head: &Parts) -> Option<u64> {
    head.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn unusable(what: &str) -> ApiError {
    ApiError::UpstreamFailed { cause: format!("the upstream's answer cannot be passed on: {what}") }
}
