//! Creating a key.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::{KeyMode, KeyName};
use chaser_keys_storage::{CreateKeyError, SecretConfirmation, Store};

use super::create_form::CreateForm;
use super::create_page::CreatePage;
use super::created_response::{Made, respond};
use crate::authentication::SignedIn;
use crate::body::FormBody;
use crate::dashboard::problem::Problem;
use crate::dashboard::query::Query;
use crate::dashboard::{nonce, page};
use crate::error::ApiError;

/// Shows the form, filled in with what was typed before a session ended.
pub(crate) async fn show_create_key(user: SignedIn, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::of(&request);
    page::show(&CreatePage::new(&user, query.text("name"), query.text("mode"), Vec::new()))
}

/// Creates the key and shows its secret in this response. The same form sent again creates no second key.
pub(crate) async fn create_key(
    user: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    FormBody(form): FormBody<CreateForm>,
) -> Result<HttpResponse, ApiError> {
    let name: KeyName = match form.name.parse() {
        Ok(name) => name,
        Err(refusal) => return ask_again(&user, &form, Problem::new("name", refusal)),
    };
    let mode = form.mode.parse::<KeyMode>().map_err(invalid)?;
    let nonce = nonce::parse(&form.nonce).map_err(invalid)?;
    let confirmation = SecretConfirmation::Awaited;
    match store.create_key(user.workspace_id, name, mode, Some(&nonce), confirmation).await {
        Ok(creation) => respond(&request, &user, creation, Made::Created),
        Err(CreateKeyError::IdempotencyKeyReused) => ask_again(&user, &form, already_sent()),
        Err(CreateKeyError::Storage(error)) => Err(error.into()),
    }
}

/// For fields that a person cannot fill in wrongly.
fn invalid(refusal: impl std::fmt::Display) -> ApiError {
    ApiError::InvalidRequest(refusal.to_string())
}

/// The user went back, changed the name, and sent the same form.
fn already_sent() -> Problem {
    Problem::new(
        "name",
        "this form already made a key, with other values. Nothing new was created. Press Create key to create another one",
    )
}

fn ask_again(user: &SignedIn, form: &CreateForm, problem: Problem) -> Result<HttpResponse, ApiError> {
    let page = CreatePage::new(user, &form.name, &form.mode, vec![problem]);
    page::respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
