//! Renaming a key: a page, and in the list in place.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chaser_keys::{InvalidKeyName, KeyId, KeyName};
use chaser_keys_storage::{KeyOverview, Store};
use serde::Serialize;

use super::key_in_path::{KeyIdInPath, find};
use crate::authentication::SignedIn;
use crate::dashboard::flash::Outcome;
use crate::dashboard::form::{Fields, Form, FormBody, Problem};
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::page;
use crate::dashboard::query::Query;
use crate::dashboard::resume::asks_for_json;
use crate::dashboard::wording::moment::Moment;
use crate::dashboard::wording::sentence;
use crate::error::ApiError;

#[derive(Template)]
#[template(path = "keys/rename.html")]
struct RenamePage {
    frame: Frame,
    id: String,
    old_name: String,
    name: String,
    prefix: String,
    created: Moment,
    problems: Vec<Problem>,
}

/// The new name.
pub(crate) struct RenameForm {
    name: String,
}

impl Form for RenameForm {
    const FIELDS: &'static [&'static str] = &["name"];

    fn read(fields: &Fields) -> Self {
        Self { name: fields.text("name").to_owned() }
    }
}

/// What a script that renames in place is told.
#[derive(Serialize)]
struct RenamedJson {
    name: KeyName,
}

/// Shows the form, with what was typed before the session ended.
pub(crate) async fn show_rename_key(
    person: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let (key, _) = find(&store, &person, id).await?;
    let typed = Query::of(&request);
    let name = typed.get("name").unwrap_or(key.key.name.as_str());
    page::show(&RenamePage::new(&person, &key, name, Vec::new()))
}

/// Renames the key, for a page or for a script.
pub(crate) async fn rename_key(
    person: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
    FormBody(form): FormBody<RenameForm>,
) -> Result<HttpResponse, ApiError> {
    match form.name.parse::<KeyName>() {
        Ok(name) => {
            let renamed =
                store.rename_key(person.workspace_id, id, name).await?.ok_or(ApiError::KeyNotFound)?;
            Ok(done(&request, renamed.key.name, id))
        }
        Err(refusal) if asks_for_json(request.headers()) => {
            Err(ApiError::InvalidRequest(sentence(&refusal.to_string())))
        }
        Err(refusal) => {
            let (key, _) = find(&store, &person, id).await?;
            ask_again(&person, &key, &form.name, refusal)
        }
    }
}

fn done(request: &HttpRequest, name: KeyName, id: KeyId) -> HttpResponse {
    if asks_for_json(request.headers()) {
        HttpResponse::Ok().json(RenamedJson { name })
    } else {
        page::go_to(&Outcome::Renamed.told_on_the_list(id))
    }
}

fn ask_again(
    person: &SignedIn,
    key: &KeyOverview,
    name: &str,
    refusal: InvalidKeyName,
) -> Result<HttpResponse, ApiError> {
    let page = RenamePage::new(person, key, name, vec![Problem::new("name", refusal)]);
    page::respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

impl RenamePage {
    fn new(person: &SignedIn, key: &KeyOverview, name: &str, problems: Vec<Problem>) -> Self {
        Self {
            frame: Frame::new(person, Section::Keys),
            id: key.key.id.to_string(),
            old_name: key.key.name.as_str().to_owned(),
            name: name.to_owned(),
            prefix: key.key.prefix.as_str().to_owned(),
            created: Moment::exact(key.key.created_at),
            problems,
        }
    }
}
