//! The extractor: a handler that takes an [`ApiKey`] is reached with a good key only.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use chaser_keys_storage::{VerifiedKey, Verifier};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::authentication::authenticate_bearer;
use crate::error::ApiError;

/// Whose request it is: the key of the header `Authorization: Bearer`, verified and counted once per request.
///
/// Without a good key the answer is 401, and 503 while that cannot be known, both with the error envelope of
/// the Chaser API.
#[derive(Clone, Copy, Debug)]
pub struct ApiKey(pub VerifiedKey);

impl Deref for ApiKey {
    type Target = VerifiedKey;

    fn deref(&self) -> &VerifiedKey {
        &self.0
    }
}

impl ApiKey {
    pub(super) async fn of(headers: &HeaderMap, verifier: Option<Data<Verifier>>) -> Result<Self, Error> {
        let missing = || ApiError::Internal { cause: "the application has no web::Data<Verifier>".into() };
        let verifier = verifier.ok_or_else(missing)?;
        Ok(Self(authenticate_bearer(headers, &verifier).await?))
    }
}

impl FromRequest for ApiKey {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            // Verified by `RequireKey` or by another extractor: counted once.
            let known = request.extensions().get::<Self>().copied();
            if let Some(key) = known {
                return Ok(key);
            }
            let verifier = request.app_data::<Data<Verifier>>().cloned();
            let key = Self::of(request.headers(), verifier).await?;
            request.extensions_mut().insert(key);
            Ok(key)
        }
        .boxed_local()
    }
}
