//! Confirming that a secret was saved (the button "I’ve saved it").

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::{ConfirmSecretOutcome, Store};

use crate::api::keys::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::body::{FormBody, NoFields};
use crate::dashboard::flash::Flash;
use crate::dashboard::page;
use crate::error::ApiError;

/// Removes the key's mark "Secret not confirmed".
pub(crate) async fn confirm_secret(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    _: FormBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    match store.confirm_secret(user.workspace_id, id).await? {
        ConfirmSecretOutcome::Confirmed => Ok(page::go_to(&Flash::Ready.list_with(id))),
        ConfirmSecretOutcome::KeyNotFound => Err(ApiError::KeyNotFound),
    }
}
