//! Revoking a key, after asking.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chaser_keys::KeyId;
use chaser_keys_storage::Store;

use super::find_key::find_key;
use super::revoke_form::RevokeForm;
use super::revoke_page::RevokePage;
use crate::api::keys::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::body::FormBody;
use crate::dashboard::flash::Flash;
use crate::dashboard::page;
use crate::error::ApiError;

/// Shows what will break, and the form.
pub(crate) async fn show_revoke_key(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find_key(&store, &user, id).await?;
    page::show(&RevokePage::new(&user, &key, now, None))
}

/// Revokes the key on every server, or says why not yet.
pub(crate) async fn revoke_key(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    FormBody(form): FormBody<RevokeForm>,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find_key(&store, &user, id).await?;
    match form.objection(&key, now) {
        Some(objection) => {
            let page = RevokePage::new(&user, &key, now, Some(objection));
            page::respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        None => revoke(&store, &user, id).await,
    }
}

async fn revoke(store: &Store, user: &SignedIn, id: KeyId) -> Result<HttpResponse, ApiError> {
    store.revoke_key(user.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)?;
    Ok(page::go_to(&Flash::Revoked.list_with(id)))
}
