//! Changing the user's password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, block};
use chaser_keys_storage::passwords::{Password, PasswordHasher, PasswordRefusal};
use chaser_keys_storage::{ChangePasswordOutcome, Store};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::account_page::AccountPage;
use crate::api::session::SignIn;
use crate::authentication::SignedIn;
use crate::body::{FormBody, field};
use crate::dashboard::page;
use crate::dashboard::problem::Problem;
use crate::error::{ApiError, seconds};

/// The present password and the new one.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ChangePasswordForm {
    #[serde(deserialize_with = "field::secret")]
    current: Zeroizing<String>,
    #[serde(deserialize_with = "field::secret")]
    new: Zeroizing<String>,
}

/// Stores the new password and ends all other sessions. The present password is checked and throttled like a sign-in:
/// an open browser must not allow unlimited guessing.
pub(crate) async fn change_password(
    user: SignedIn,
    store: Data<Store>,
    hasher: Data<PasswordHasher>,
    password_check: SignIn,
    FormBody(form): FormBody<ChangePasswordForm>,
) -> Result<HttpResponse, ApiError> {
    let chosen = match choose(&user, form.new).await? {
        Ok(chosen) => chosen,
        Err(refusal) => {
            return ask_again(&user, StatusCode::UNPROCESSABLE_ENTITY, Problem::new("new", refusal));
        }
    };
    let credentials = match password_check.check_password(user.email.clone(), form.current).await {
        Ok(credentials) => credentials,
        Err(ApiError::WrongCredentials) => return wrong_password(&user),
        Err(ApiError::TooManyAttempts { retry_after }) => {
            let wait = seconds(retry_after);
            let problem = Problem::new("current", format!("too many wrong passwords: try again in {wait} s"));
            return ask_again(&user, StatusCode::TOO_MANY_REQUESTS, problem);
        }
        Err(other) => return Err(other),
    };
    let hash = hasher.hash(chosen).await?;
    let device = password_check.device();
    match store.change_password(&credentials, &hash, user.token(), device.as_ref()).await? {
        ChangePasswordOutcome::Changed => Ok(page::go_to("/account?done=password")),
        ChangePasswordOutcome::CredentialsOutdated => wrong_password(&user),
    }
}

fn wrong_password(user: &SignedIn) -> Result<HttpResponse, ApiError> {
    let problem = Problem::new("current", "that is not your current password");
    ask_again(user, StatusCode::UNPROCESSABLE_ENTITY, problem)
}

/// On a blocking thread: judging a password takes milliseconds.
async fn choose(
    user: &SignedIn,
    new: Zeroizing<String>,
) -> Result<Result<Password, PasswordRefusal>, ApiError> {
    let email = user.email.clone();
    block(move || Password::choose(&new, &email))
        .await
        .map_err(|error| ApiError::internal(format!("a password could not be looked at: {error}")))
}

fn ask_again(user: &SignedIn, status: StatusCode, problem: Problem) -> Result<HttpResponse, ApiError> {
    page::respond(status, &AccountPage::new(user).with_problem(problem))
}
