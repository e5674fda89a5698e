//! Reading a body: at most 16 KiB, for at most 8 seconds.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::rt::time::timeout;
use futures_util::StreamExt;
use zeroize::Zeroizing;

use crate::error::ApiError;
use crate::headers::announces_body;
use crate::timeouts::BODY_TIMEOUT;

/// The largest body, in bytes.
pub(crate) const LARGEST_BODY: usize = 16 * 1024;

/// Whether a body follows the head: only then does it need a media type.
pub(super) fn is_announced(request: &HttpRequest) -> bool {
    announces_body(request.headers())
}

/// The whole body, wiped when dropped: it may hold a password.
pub(crate) async fn read(request: &HttpRequest, payload: Payload) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > LARGEST_BODY as u64) {
        return Err(ApiError::PayloadTooLarge);
    }
    timeout(BODY_TIMEOUT, collect(payload)).await.map_err(|_| ApiError::RequestTimeout)?
}

async fn collect(mut payload: Payload) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    // The largest size from the start: growing would leave copies of a password in memory.
    let mut body = Zeroizing::new(Vec::with_capacity(LARGEST_BODY));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(ApiError::PayloadTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The body ended early, or is not correctly chunked.
fn broken(error: &PayloadError) -> ApiError {
    match error {
        PayloadError::Overflow => ApiError::PayloadTooLarge,
        _ => ApiError::MalformedRequest,
    }
}
