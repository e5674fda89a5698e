//! The `{id}` of a path.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chaser_keys::KeyId;

use crate::error::ApiError;

/// A key's id in canonical form. Anything else is 404, like an unknown id.
pub(crate) struct KeyIdInPath(pub(crate) KeyId);

impl FromRequest for KeyIdInPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or(ApiError::KeyNotFound))
    }
}
