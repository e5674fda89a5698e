//! Creating a key.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chaser_keys::{KeyMode, KeyName};
use chaser_keys_storage::{CreateKeyError, SecretConfirmation, Store};

use super::creation::{Made, respond};
use crate::authentication::SignedIn;
use crate::dashboard::form::{Fields, Form, FormBody, Problem};
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::query::Query;
use crate::dashboard::{nonce, page};
use crate::error::ApiError;

#[derive(Template)]
#[template(path = "keys/new.html")]
struct NewKeyPage {
    frame: Frame,
    nonce: String,
    name: String,
    is_test: bool,
    problems: Vec<Problem>,
}

/// What to call the key, and what it may do.
pub(crate) struct NewKeyForm {
    name: String,
    mode: String,
    nonce: String,
}

impl Form for NewKeyForm {
    const FIELDS: &'static [&'static str] = &["name", "mode", "nonce"];

    fn read(fields: &Fields) -> Self {
        let text = |name| fields.text(name).to_owned();
        Self { name: text("name"), mode: text("mode"), nonce: text("nonce") }
    }
}

/// Shows the form, with what was typed before the session ended.
pub(crate) async fn show_create_key(
    person: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = Query::of(&request);
    page::show(&NewKeyPage::new(&person, query.text("name"), query.text("mode"), Vec::new()))
}

/// Makes the key and shows its secret in this very response; sent again, it makes no other.
pub(crate) async fn create_key(
    person: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    FormBody(form): FormBody<NewKeyForm>,
) -> Result<HttpResponse, ApiError> {
    let name: KeyName = match form.name.parse() {
        Ok(name) => name,
        Err(refusal) => return form.ask_again(&person, Problem::new("name", refusal)),
    };
    let mode = form.mode.parse::<KeyMode>().map_err(invalid)?;
    let nonce = nonce::parse(&form.nonce).map_err(invalid)?;
    match store.create_key(person.workspace_id, name, mode, Some(&nonce), SecretConfirmation::Awaited).await {
        Ok(creation) => respond(&request, &person, creation, Made::Created),
        Err(CreateKeyError::IdempotencyKeyReused) => form.ask_again(&person, already_sent()),
        Err(CreateKeyError::Storage(error)) => Err(error.into()),
    }
}

/// Not a field that a person could fill in wrongly.
fn invalid(refusal: impl std::fmt::Display) -> ApiError {
    ApiError::InvalidRequest(refusal.to_string())
}

/// Somebody went back, changed the name, and sent the same form.
fn already_sent() -> Problem {
    Problem::new(
        "name",
        "this form already made a key, with other values. Nothing new was created. Press Create key to create another one",
    )
}

impl NewKeyForm {
    fn ask_again(&self, person: &SignedIn, problem: Problem) -> Result<HttpResponse, ApiError> {
        let page = NewKeyPage::new(person, &self.name, &self.mode, vec![problem]);
        page::respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }
}

impl NewKeyPage {
    fn new(person: &SignedIn, name: &str, mode: &str, problems: Vec<Problem>) -> Self {
        Self {
            frame: Frame::new(person, Section::Keys),
            nonce: nonce::fresh(),
            name: name.to_owned(),
            is_test: mode == KeyMode::Test.as_str(),
            problems,
        }
    }
}
