//! Showing the usage of the current month.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys_storage::Store;

use super::usage_page::UsagePage;
use crate::authentication::SignedIn;
use crate::dashboard::page;
use crate::dashboard::query::Query;
use crate::error::ApiError;

/// Shows the usage by key and by day.
pub(crate) async fn show_usage(
    user: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let report = store.usage_of_current_month(user.workspace_id).await?;
    page::show(&UsagePage::new(&user, &report, Query::of(&request).page()))
}
