//! Ending all sessions of the user.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use crate::authentication::SignedIn;
use crate::body::{FormBody, NoFields};
use crate::dashboard::sign_in::redirect_signed_out;
use crate::error::ApiError;
use crate::options::HttpOptions;

/// Ends this session and all others of the same user, on every node.
pub(crate) async fn sign_out_everywhere(
    user: SignedIn,
    store: Data<Store>,
    options: Data<HttpOptions>,
    _: FormBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.close_all_sessions(user.user_id).await?;
    Ok(redirect_signed_out("everywhere", &options))
}
