//! The header `Idempotency-Key`: a request that is sent twice creates one key.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use chaser_keys_storage::{IdempotencyKey, InvalidIdempotencyKey};

use crate::error::ApiError;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The client's name for this request, if it sent one.
pub(crate) struct Idempotency(pub(super) Option<IdempotencyKey>);

impl FromRequest for Idempotency {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.headers()).map(Self))
    }
}

fn parse(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let parsed = value.to_str().map_err(|_| InvalidIdempotencyKey).and_then(str::parse);
            parsed.map(Some).map_err(|refusal| ApiError::InvalidRequest(refusal.to_string()))
        }
        (Some(_), Some(_)) => {
            Err(ApiError::InvalidRequest("send the Idempotency-Key header at most once".to_owned()))
        }
    }
}
