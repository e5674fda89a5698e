//! Signing in with the form.

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::sign_in_page::{SignInPage, problem};
use crate::api::session::{SignIn, SignInCookies};
use crate::body::{FormBody, field};
use crate::dashboard::local_path::LocalPath;
use crate::dashboard::page;
use crate::error::{ApiError, seconds};

/// E-mail address, password, and the page to go to then.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SignInForm {
    email: String,
    #[serde(deserialize_with = "field::secret")]
    password: Zeroizing<String>,
    next: String,
}

/// Opens a session and goes on to the page that the user wanted.
pub(crate) async fn sign_in(
    password_check: SignIn,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, ApiError> {
    let next = LocalPath::or_keys(&form.next);
    match open_session(&password_check, &form.email, form.password).await {
        Ok(cookies) => Ok(go_on(cookies, &next)),
        Err(refusal) => ask_again(refusal, next, form.email),
    }
}

async fn open_session(
    password_check: &SignIn,
    email: &str,
    password: Zeroizing<String>,
) -> Result<SignInCookies, ApiError> {
    // A malformed address belongs to no account.
    let email = email.parse().map_err(|_| ApiError::WrongCredentials)?;
    password_check.sign_in(email, password).await
}

fn go_on([session, device]: SignInCookies, next: &LocalPath) -> HttpResponse {
    let mut response = page::go_to(next.as_str());
    for cookie in [&session, &device] {
        // Only a cookie with a malformed name or value is refused, and these are ours.
        let _ = response.add_cookie(cookie);
    }
    response
}

fn ask_again(refusal: ApiError, next: LocalPath, email: String) -> Result<HttpResponse, ApiError> {
    let Some(problem) = problem(&refusal) else { return Err(refusal) };
    let mut response = page::respond(
        refusal.status_code(),
        &SignInPage { next, email, notice: None, problem: Some(problem) },
    )?;
    if let ApiError::TooManyAttempts { retry_after } = refusal {
        response.headers_mut().insert(RETRY_AFTER, seconds(retry_after).into());
    }
    Ok(response)
}
