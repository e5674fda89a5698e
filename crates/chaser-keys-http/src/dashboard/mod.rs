//! The dashboard: pages rendered on the server. Everything essential works without JavaScript.
//!
//! A page's handler does what the API's handler does, with a form instead of JSON: parse, call one operation of the
//! store, render. [`keys`], [`usage`] and [`account`] hold the pages: a plain struct for each, made from the domain's
//! values with every word decided; the templates only loop and choose. Shared by all pages: frame and headers
//! ([`frame`], [`page`]), files ([`assets`]), mistakes in forms ([`problem`]), wording ([`wording`]), and refusals
//! ([`refusal`], [`resume`]).

pub(crate) mod account;
pub(crate) mod assets;
mod flash;
mod frame;
pub(crate) mod keys;
mod local_path;
mod nonce;
mod page;
mod paging;
mod problem;
mod query;
pub(crate) mod refusal;
pub(crate) mod resume;
pub(crate) mod sign_in;
pub(crate) mod usage;
mod wording;

use actix_web::HttpResponse;

/// Redirects `/` to the list of keys.
pub(crate) async fn open_dashboard() -> HttpResponse {
    page::go_to("/keys")
}
