//! Showing the list of keys.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys_storage::Store;

use super::list_page::ListPage;
use super::list_query::ListQuery;
use crate::authentication::SignedIn;
use crate::dashboard::query::Query;
use crate::dashboard::{flash, page};
use crate::error::ApiError;

/// Shows one page of the workspace's keys.
pub(crate) async fn show_keys(
    user: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let asked = Query::of(&request);
    let query = ListQuery::read(&asked);
    let keys = store.key_overview(user.workspace_id, &query.filter()).await?;
    let flash = flash::read(&asked, &store, &user).await?;
    page::show(&ListPage::new(&user, &query, &keys, flash))
}
