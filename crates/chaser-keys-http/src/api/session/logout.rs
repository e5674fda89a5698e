//! `POST /v1/auth/logout`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use crate::authentication::{SESSION_COOKIE, SignedIn};
use crate::body::{NoFields, OptionalJsonBody};
use crate::error::ApiError;
use crate::options::HttpOptions;

/// Sign out of the dashboard
///
/// Once this call has returned, no node accepts the session.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "session", responses(
    (status = 204, description = "Signed out; the cookie is cleared."),
))]
pub(crate) async fn logout(
    user: SignedIn,
    store: Data<Store>,
    options: Data<HttpOptions>,
    _: OptionalJsonBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.close_session(user.token()).await?;
    Ok(HttpResponse::NoContent().cookie(SESSION_COOKIE.clear(&options)).finish())
}
