//! The extractor: a handler that takes an [`AuthenticatedKey`] runs for good keys only.

use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chaser_keys_service::VerifiedKey;

use crate::Refused;
use crate::identify::identify;

/// Whose request it is, by the key in its header `Authorization: Bearer`.
///
/// Verifies the key with the [`SharedVerifier`](chaser_keys_service::SharedVerifier) in the application's data, unless
/// the request's extensions have a [`VerifiedKey`] already: [`RequireKey`](crate::RequireKey) puts one there, and so
/// can a test.
///
/// ```
/// use actix_web::Responder;
/// use chaser_keys_actix::AuthenticatedKey;
///
/// async fn list_sessions(key: AuthenticatedKey) -> impl Responder {
///     format!("sessions of workspace {}", key.workspace_id)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AuthenticatedKey(pub VerifiedKey);

impl Deref for AuthenticatedKey {
    type Target = VerifiedKey;

    fn deref(&self) -> &VerifiedKey {
        &self.0
    }
}

impl FromRequest for AuthenticatedKey {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { identify(&request, None).await.map(Self) })
    }
}
