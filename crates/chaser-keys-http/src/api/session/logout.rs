//! Signing out.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use crate::authentication::{SESSION_COOKIE, SignedIn};
use crate::body::{NoFields, OptionalJsonBody};
use crate::error::ApiError;
use crate::options::HttpOptions;

/// Sign out of the dashboard
///
/// The session is worth nothing on any node once this has answered.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "session", responses(
    (status = 204, description = "Signed out; the cookie is cleared."),
))]
pub(crate) async fn logout(
    person: SignedIn,
    store: Data<Store>,
    options: Data<HttpOptions>,
    _: OptionalJsonBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.close_session(person.token()).await?;
    Ok(HttpResponse::NoContent().cookie(SESSION_COOKIE.clear(&options)).finish())
}
