//! Signing in with the form.

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};
use zeroize::Zeroizing;

use super::sign_in_page::{SignInPage, problem};
use crate::api::session::{SignIn, SignInCookies};
use crate::dashboard::form::{Fields, Form, FormBody};
use crate::dashboard::local_path::LocalPath;
use crate::dashboard::page;
use crate::error::{ApiError, seconds};

/// E-mail address and password, and where to go then.
pub(crate) struct SignInForm {
    email: String,
    password: Zeroizing<String>,
    next: LocalPath,
}

impl Form for SignInForm {
    const FIELDS: &'static [&'static str] = &["email", "password", "next"];

    fn read(fields: &Fields) -> Self {
        Self {
            email: fields.text("email").to_owned(),
            password: fields.secret("password"),
            next: LocalPath::or_keys(fields.text("next")),
        }
    }
}

/// Opens a session and goes on to where one wanted to go.
pub(crate) async fn sign_in(
    door: SignIn,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, ApiError> {
    match open(&door, &form.email, form.password).await {
        Ok(cookies) => Ok(enter(cookies, &form.next)),
        Err(refusal) => ask_again(refusal, form.next, form.email),
    }
}

/// What is no address belongs to nobody.
async fn open(door: &SignIn, email: &str, password: Zeroizing<String>) -> Result<SignInCookies, ApiError> {
    let email = email.parse().map_err(|_| ApiError::WrongCredentials)?;
    door.sign_in(email, password).await
}

fn enter([session, device]: SignInCookies, next: &LocalPath) -> HttpResponse {
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
