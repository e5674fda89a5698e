//! The dashboard: pages for people, made on the server, in essentials without JavaScript.
//!
//! A page handler does what the API's handler does, with a form in the place of JSON: parse, one operation of
//! the store, render. Views ([`keys`], [`usage`], [`account`]) are plain structs that are made from the
//! domain's values here, with every word decided; the templates only loop and choose. What pages have in
//! common: their frame and headers ([`page`], [`frame`]), files ([`assets`]), forms ([`form`]), wording
//! ([`wording`]), and how they refuse ([`refusal`], [`resume`]).

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

/// The dashboard begins with the keys.
pub(crate) async fn open_dashboard() -> HttpResponse {
    page::go_to("/keys")
}
