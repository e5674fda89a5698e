//! Showing the sign-in form.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys_storage::Store;

use super::sign_in_page::SignInPage;
use crate::authentication::find_signed_in;
use crate::dashboard::local_path::LocalPath;
use crate::dashboard::page;
use crate::dashboard::query::Query;
use crate::error::ApiError;

/// Shows the form; a user who is signed in already is redirected.
pub(crate) async fn show_sign_in(request: HttpRequest, store: Data<Store>) -> Result<HttpResponse, ApiError> {
    let query = Query::of(&request);
    let next = LocalPath::or_keys(query.text("next"));
    if find_signed_in(request.headers(), &store).await?.is_some() {
        return Ok(page::go_to(next.as_str()));
    }
    page::show(&SignInPage { next, email: String::new(), notice: notice(query.text("done")), problem: None })
}

fn notice(done: &str) -> Option<&'static str> {
    match done {
        "signed-out" => Some("You’re signed out."),
        "everywhere" => Some("You’re signed out everywhere."),
        _ => None,
    }
}
