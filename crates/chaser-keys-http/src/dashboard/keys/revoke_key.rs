//! Revoking a key, after asking.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chaser_keys::KeyId;
use chaser_keys_storage::{KeyOverview, Store};
use time::OffsetDateTime;

use super::key_in_path::{KeyIdInPath, find};
use super::quiet::old_key_use;
use super::revoke_page::{RevokePage, asks_for_name};
use crate::authentication::SignedIn;
use crate::dashboard::flash::Outcome;
use crate::dashboard::form::{Fields, Form, FormBody};
use crate::dashboard::page;
use crate::error::ApiError;

/// The typed name, where it is asked for; or one click, on a key that nobody uses.
pub(crate) struct RevokeForm {
    name: String,
    only_if_quiet: bool,
}

impl Form for RevokeForm {
    const FIELDS: &'static [&'static str] = &["name", "only_if_quiet"];

    fn read(fields: &Fields) -> Self {
        Self { name: fields.text("name").to_owned(), only_if_quiet: fields.text("only_if_quiet") == "yes" }
    }
}

/// Asks.
pub(crate) async fn show_revoke_key(
    person: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find(&store, &person, id).await?;
    page::show(&RevokePage::new(&person, &key, now, None))
}

/// Revokes the key on every server, or says why not yet.
pub(crate) async fn revoke_key(
    person: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    FormBody(form): FormBody<RevokeForm>,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find(&store, &person, id).await?;
    match form.objection(&key, now) {
        Some(told) => {
            page::respond(StatusCode::UNPROCESSABLE_ENTITY, &RevokePage::new(&person, &key, now, Some(told)))
        }
        None => revoke(&store, &person, id).await,
    }
}

async fn revoke(store: &Store, person: &SignedIn, id: KeyId) -> Result<HttpResponse, ApiError> {
    store.revoke_key(person.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)?;
    Ok(page::go_to(&Outcome::Revoked.told_on_the_list(id)))
}

impl RevokeForm {
    /// What must happen first. Looked at anew: the key may have been used since the page was made.
    fn objection(&self, key: &KeyOverview, now: OffsetDateTime) -> Option<&'static str> {
        let is_missed = old_key_use(key, now).is_some_and(|usage| !usage.is_safe_to_stop());
        if self.only_if_quiet && is_missed {
            return Some(
                "This key may be needed after all, so it was not stopped. Type its name to stop it anyway.",
            );
        }
        let names_it = self.name.trim() == key.key.name.as_str();
        (asks_for_name(key, now) && !names_it)
            .then_some("Type the key’s name exactly as it is shown. Nothing was revoked.")
    }
}
