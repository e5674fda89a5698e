//! The dashboard session that a request belongs to.

use actix_web::http::header::HeaderMap;
use chaser_keys_storage::{SessionToken, Store};

use super::bearer;
use super::cookies::{SESSION_COOKIE, only_cookie};
use super::principal::SignedIn;
use crate::error::ApiError;

/// The signed-in user, or why there is none.
pub(super) async fn authenticate(headers: &HeaderMap, store: &Store) -> Result<SignedIn, ApiError> {
    let Some(presented) = only_cookie(headers, &SESSION_COOKIE)? else {
        return Err(missing(headers));
    };
    let token: SessionToken = presented.parse().map_err(|_| ApiError::SessionEnded)?;
    let session = store.find_session(&token).await?.ok_or(ApiError::SessionEnded)?;
    Ok(SignedIn::new(session, token))
}

/// The signed-in user, if there is one: for pages that are open to others too.
pub(crate) async fn find(headers: &HeaderMap, store: &Store) -> Result<Option<SignedIn>, ApiError> {
    match authenticate(headers, store).await {
        Ok(user) => Ok(Some(user)),
        Err(ApiError::SessionMissing | ApiError::SessionEnded | ApiError::SessionInsteadOfKey) => Ok(None),
        Err(other) => Err(other),
    }
}

fn missing(headers: &HeaderMap) -> ApiError {
    if bearer::is_presented(headers) { ApiError::SessionInsteadOfKey } else { ApiError::SessionMissing }
}
