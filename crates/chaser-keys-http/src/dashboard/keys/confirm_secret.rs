//! "I've saved it."

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use super::key_in_path::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::dashboard::flash::Outcome;
use crate::dashboard::form::{FormBody, NoFields};
use crate::dashboard::page;
use crate::error::ApiError;

/// Notes that the secret was saved.
pub(crate) async fn confirm_secret(
    person: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    _: FormBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.confirm_secret(person.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)?;
    Ok(page::go_to(&Outcome::Ready.told_on_the_list(id)))
}
