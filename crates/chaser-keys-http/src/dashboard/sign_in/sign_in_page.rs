//! The page with the sign-in form.

use askama::Template;

use crate::dashboard::local_path::LocalPath;
use crate::error::{ApiError, seconds};

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignInPage {
    pub(super) next: LocalPath,
    pub(super) email: String,
    pub(super) notice: Option<&'static str>,
    pub(super) problem: Option<String>,
}

/// Why signing in failed, if the user can do something about it. Does not say which field was wrong.
pub(super) fn problem(refusal: &ApiError) -> Option<String> {
    match refusal {
        ApiError::WrongCredentials => Some("That sign-in didn’t work. Check both fields.".to_owned()),
        ApiError::TooManyAttempts { retry_after } => {
            let seconds = seconds(*retry_after);
            let unit = if seconds == 1 { "second" } else { "seconds" };
            Some(format!("Too many failed sign-ins. Try again in {seconds} {unit}."))
        }
        _ => None,
    }
}
