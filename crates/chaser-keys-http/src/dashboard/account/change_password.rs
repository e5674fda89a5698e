//! Changing one's password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, block};
use chaser_keys_storage::Store;
use chaser_keys_storage::passwords::{Password, PasswordHasher, PasswordRefusal};
use zeroize::Zeroizing;

use super::account_page::AccountPage;
use crate::authentication::SignedIn;
use crate::dashboard::form::{Fields, Form, FormBody, Problem};
use crate::dashboard::page;
use crate::error::{ApiError, seconds};
use crate::sign_in::SigningIn;

/// The password one has, and the one to have.
pub(crate) struct ChangePasswordForm {
    current: Zeroizing<String>,
    new: Zeroizing<String>,
}

impl Form for ChangePasswordForm {
    const FIELDS: &'static [&'static str] = &["current", "new"];

    fn read(fields: &Fields) -> Self {
        Self { current: fields.secret("current"), new: fields.secret("new") }
    }
}

/// Takes the new password and ends all other sessions. The present one is checked like a sign-in: whoever
/// finds an open browser cannot guess on and on.
pub(crate) async fn change_password(
    person: SignedIn,
    store: Data<Store>,
    hasher: Data<PasswordHasher>,
    door: SigningIn,
    FormBody(form): FormBody<ChangePasswordForm>,
) -> Result<HttpResponse, ApiError> {
    let chosen = match choose(&person, form.new).await? {
        Ok(chosen) => chosen,
        Err(refusal) => {
            return ask_again(&person, StatusCode::UNPROCESSABLE_ENTITY, Problem::new("new", refusal));
        }
    };
    let credentials = match door.check_password(person.email.clone(), form.current).await {
        Ok(credentials) => credentials,
        Err(ApiError::WrongCredentials) => return wrong_password(&person),
        Err(ApiError::TooManyAttempts { retry_after }) => {
            let wait = seconds(retry_after);
            let problem = Problem::new("current", format!("too many wrong passwords: try again in {wait} s"));
            return ask_again(&person, StatusCode::TOO_MANY_REQUESTS, problem);
        }
        Err(other) => return Err(other),
    };
    let hash = hasher.hash(chosen).await?;
    let device = door.device();
    match store.change_password(&credentials, &hash, person.token(), device.as_ref()).await? {
        Some(()) => Ok(page::go_to("/account?done=password")),
        // Changed elsewhere while this was under way.
        None => wrong_password(&person),
    }
}

fn wrong_password(person: &SignedIn) -> Result<HttpResponse, ApiError> {
    let problem = Problem::new("current", "that is not your current password");
    ask_again(person, StatusCode::UNPROCESSABLE_ENTITY, problem)
}

/// On a thread where it keeps nobody waiting.
async fn choose(
    person: &SignedIn,
    new: Zeroizing<String>,
) -> Result<Result<Password, PasswordRefusal>, ApiError> {
    let email = person.email.clone();
    block(move || Password::choose(&new, &email))
        .await
        .map_err(|error| ApiError::Internal { cause: format!("a password could not be looked at: {error}") })
}

fn ask_again(person: &SignedIn, status: StatusCode, problem: Problem) -> Result<HttpResponse, ApiError> {
    page::respond(status, &AccountPage::new(person).with_problem(problem))
}
