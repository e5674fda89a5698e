//! The extractor of forms.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};

use super::Fields;
use crate::body::read_body;
use crate::error::ApiError;

const FORM: &[u8] = b"application/x-www-form-urlencoded";

/// What a form asks for, as text: a handler parses it, so that mistakes are told beside the fields.
pub(in crate::dashboard) trait Form: Sized + 'static {
    /// The names of its fields.
    const FIELDS: &'static [&'static str];

    fn read(fields: &Fields) -> Self;
}

/// A form that was sent.
pub(crate) struct FormBody<T>(pub(in crate::dashboard) T);

impl<T: Form> FromRequest for FormBody<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = read_body(&request, payload).await?;
            // A form without fields has no type in some browsers.
            if !body.is_empty() && !is_form(&request) {
                return Err(ApiError::UnsupportedMediaType("send this form from the dashboard's own page"));
            }
            Ok(Self(T::read(&Fields::parse(&body, T::FIELDS)?)))
        })
    }
}

fn is_form(request: &HttpRequest) -> bool {
    let mut types = request.headers().get_all(CONTENT_TYPE);
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    let essence = only.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(FORM)
}

/// A form that is a button.
pub(crate) struct NoFields;

impl Form for NoFields {
    const FIELDS: &'static [&'static str] = &[];

    fn read(_: &Fields) -> Self {
        Self
    }
}
