//! For Rust services that verify keys in their own process: an extractor and a middleware for actix-web.
//!
//! Both need a `web::Data<Verifier>` among the application's data; `examples/sessions_service/main.rs` shows a
//! whole service. Without actix-web, use [`Verifier`](chaser_keys_storage::Verifier) itself.

mod api_key;
mod require_key;

pub use api_key::ApiKey;
pub use require_key::RequireKey;
