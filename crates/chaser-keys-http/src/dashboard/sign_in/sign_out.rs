//! Signing out.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use crate::authentication::{SESSION_COOKIE, SignedIn};
use crate::body::{FormBody, NoFields};
use crate::dashboard::page;
use crate::error::ApiError;
use crate::options::HttpOptions;

/// Ends this session, on every node.
pub(crate) async fn sign_out(
    user: SignedIn,
    store: Data<Store>,
    options: Data<HttpOptions>,
    _: FormBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.close_session(user.token()).await?;
    Ok(redirect_signed_out("signed-out", &options))
}

/// Redirects to the sign-in page and clears the cookie.
pub(in crate::dashboard) fn redirect_signed_out(done: &str, options: &HttpOptions) -> HttpResponse {
    let mut response = page::go_to(&format!("/sign-in?done={done}"));
    let _ = response.add_cookie(&SESSION_COOKIE.clear(options));
    response
}
