//! The extractors of JSON bodies: one for calls that need a body, one for calls that may have none.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::{json_object, media_type, reading};
use crate::error::ApiError;

/// A required JSON object.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// An optional JSON object; an absent one counts as `{}`.
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            media_type::check_json(request.headers())?;
            json_object::parse(&reading::read(&request, payload).await?).map(Self)
        })
    }
}

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalJsonBody<T> {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !reading::is_announced(&request) {
                return Ok(Self(T::default()));
            }
            let body = reading::read(&request, payload).await?;
            if body.is_empty() {
                return Ok(Self(T::default()));
            }
            media_type::check_json(request.headers())?;
            json_object::parse(&body).map(Self)
        })
    }
}

/// The body of a call or form that takes no fields: absent, or empty.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoFields {}
