//! Showing the account page.

use actix_web::{HttpRequest, HttpResponse};

use super::account_page::AccountPage;
use crate::authentication::SignedIn;
use crate::dashboard::page;
use crate::dashboard::query::Query;
use crate::error::ApiError;

/// Shows the user, the workspace, and the forms of the account.
pub(crate) async fn show_account(user: SignedIn, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let changed = Query::of(&request).text("done") == "password";
    let flash = changed.then_some("Your password is changed. Your other sessions have ended.");
    page::show(&AccountPage::new(&user).telling(flash))
}
