//! Ending all of one's sessions.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use crate::authentication::SignedIn;
use crate::dashboard::form::{FormBody, NoFields};
use crate::dashboard::sign_in::leave;
use crate::error::ApiError;
use crate::options::HttpOptions;

/// This session and all others of the same person, on every node.
pub(crate) async fn sign_out_everywhere(
    person: SignedIn,
    store: Data<Store>,
    options: Data<HttpOptions>,
    _: FormBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.close_all_sessions(person.user_id).await?;
    Ok(leave("everywhere", &options))
}
