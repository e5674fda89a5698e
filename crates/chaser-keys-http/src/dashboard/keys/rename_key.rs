//! Renaming a key: on a page of its own, and by a script in the list.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::{InvalidKeyName, KeyId, KeyName};
use chaser_keys_storage::{KeyOverview, Store};
use serde::Serialize;

use super::find_key::find_key;
use super::rename_form::RenameForm;
use super::rename_page::RenamePage;
use crate::api::keys::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::body::FormBody;
use crate::dashboard::flash::Flash;
use crate::dashboard::page;
use crate::dashboard::problem::Problem;
use crate::dashboard::query::Query;
use crate::dashboard::resume::asks_for_json;
use crate::dashboard::wording::sentence::sentence;
use crate::error::ApiError;

/// The response to a script.
#[derive(Serialize)]
struct RenamedJson {
    name: KeyName,
}

/// Shows the form, filled in with what was typed before a session ended.
pub(crate) async fn show_rename_key(
    user: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let (key, _) = find_key(&store, &user, id).await?;
    let typed = Query::of(&request);
    let name = typed.get("name").unwrap_or(key.key.name.as_str());
    page::show(&RenamePage::new(&user, &key, name, Vec::new()))
}

/// Renames the key, for a page or for a script.
pub(crate) async fn rename_key(
    user: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
    FormBody(form): FormBody<RenameForm>,
) -> Result<HttpResponse, ApiError> {
    match form.name.parse::<KeyName>() {
        Ok(name) => {
            let renamed =
                store.rename_key(user.workspace_id, id, name).await?.ok_or(ApiError::KeyNotFound)?;
            Ok(renamed_response(&request, renamed.key.name, id))
        }
        Err(refusal) if asks_for_json(request.headers()) => {
            Err(ApiError::InvalidRequest(sentence(&refusal.to_string())))
        }
        Err(refusal) => {
            let (key, _) = find_key(&store, &user, id).await?;
            ask_again(&user, &key, &form.name, refusal)
        }
    }
}

fn renamed_response(request: &HttpRequest, name: KeyName, id: KeyId) -> HttpResponse {
    if asks_for_json(request.headers()) {
        HttpResponse::Ok().json(RenamedJson { name })
    } else {
        page::go_to(&Flash::Renamed.list_with(id))
    }
}

fn ask_again(
    user: &SignedIn,
    key: &KeyOverview,
    name: &str,
    refusal: InvalidKeyName,
) -> Result<HttpResponse, ApiError> {
    let page = RenamePage::new(user, key, name, vec![Problem::new("name", refusal)]);
    page::respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
