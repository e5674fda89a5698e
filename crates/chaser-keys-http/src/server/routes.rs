//! Every route of the server on one screen.
//!
//! The application is built from this table, a 405 lists its methods, and the tests compare it with the OpenAPI document
//! and with the matrix of endpoints and principals.

use actix_web::http::Method;
use actix_web::web;

use crate::api::keys::create_key::create_key;
use crate::api::keys::get_key::get_key;
use crate::api::keys::list_keys::list_keys;
use crate::api::keys::rename_key::rename_key;
use crate::api::keys::revoke_key::revoke_key;
use crate::api::keys::rotate_key::rotate_key;
use crate::api::openapi::get_openapi;
use crate::api::session::get_session::get_session;
use crate::api::session::login::login;
use crate::api::session::logout::logout;
use crate::api::usage::get_usage::get_usage;
use crate::authentication::Access;
use crate::dashboard::{
    self, account, assets, keys as key_pages, sign_in as sign_in_pages, usage as usage_page,
};
use crate::internal::authorize::authorize;
use crate::internal::health::{get_health, get_readiness};
use crate::internal::ingest_usage::ingest_usage;
use crate::internal::metrics::get_metrics;
use crate::internal::verify::verify;

/// One row of the table. `GET` includes `HEAD`.
#[derive(Debug)]
pub struct Route {
    /// None: every method.
    pub(super) method: Option<Method>,
    path: &'static str,
    access: Access,
    pub(super) handler: fn() -> actix_web::Route,
}

/// The public listener. All routes of one path have the same access, the one that `authentication/access.rs` names for
/// the path; every other path below `/v1` takes an API key before it is 404.
pub const PUBLIC_ROUTES: &[Route] = {
    use Access::{Bearer, Page, Public, Session};
    &[
        Route::new(Method::POST, "/v1/auth/login", Public, || web::to(login)),
        Route::new(Method::POST, "/v1/auth/logout", Session, || web::to(logout)),
        Route::new(Method::GET, "/v1/auth/session", Session, || web::to(get_session)),
        Route::new(Method::GET, "/v1/keys", Session, || web::to(list_keys)),
        Route::new(Method::POST, "/v1/keys", Session, || web::to(create_key)),
        Route::new(Method::GET, "/v1/keys/{id}", Session, || web::to(get_key)),
        Route::new(Method::PATCH, "/v1/keys/{id}", Session, || web::to(rename_key)),
        Route::new(Method::DELETE, "/v1/keys/{id}", Session, || web::to(revoke_key)),
        Route::new(Method::POST, "/v1/keys/{id}/rotate", Session, || web::to(rotate_key)),
        Route::new(Method::GET, "/v1/usage", Bearer, || web::to(get_usage)),
        Route::new(Method::GET, "/api-docs/openapi.json", Public, || web::to(get_openapi)),
        // The dashboard.
        Route::new(Method::GET, "/", Public, || web::to(dashboard::open_dashboard)),
        Route::new(Method::GET, "/sign-in", Public, || web::to(sign_in_pages::show_sign_in)),
        Route::new(Method::POST, "/sign-in", Public, || web::to(sign_in_pages::sign_in)),
        Route::new(Method::POST, "/sign-out", Page, || web::to(sign_in_pages::sign_out)),
        Route::new(Method::GET, "/keys", Page, || web::to(key_pages::show_keys)),
        Route::new(Method::GET, "/keys/new", Page, || web::to(key_pages::show_create_key)),
        Route::new(Method::POST, "/keys/new", Page, || web::to(key_pages::create_key)),
        Route::new(Method::GET, "/keys/{id}/rotate", Page, || web::to(key_pages::show_rotate_key)),
        Route::new(Method::POST, "/keys/{id}/rotate", Page, || web::to(key_pages::rotate_key)),
        Route::new(Method::GET, "/keys/{id}/revoke", Page, || web::to(key_pages::show_revoke_key)),
        Route::new(Method::POST, "/keys/{id}/revoke", Page, || web::to(key_pages::revoke_key)),
        Route::new(Method::GET, "/keys/{id}/rename", Page, || web::to(key_pages::show_rename_key)),
        Route::new(Method::POST, "/keys/{id}/rename", Page, || web::to(key_pages::rename_key)),
        Route::new(Method::GET, "/keys/{id}/activity", Page, || web::to(key_pages::show_activity)),
        Route::new(Method::POST, "/keys/{id}/confirm", Page, || web::to(key_pages::confirm_secret)),
        Route::new(Method::GET, "/usage", Page, || web::to(usage_page::show_usage)),
        Route::new(Method::GET, "/account", Page, || web::to(account::show_account)),
        Route::new(Method::POST, "/account/password", Page, || web::to(account::change_password)),
        Route::new(Method::POST, "/account/sign-out-everywhere", Page, || {
            web::to(account::sign_out_everywhere)
        }),
        Route::new(Method::GET, "/assets/{version}/{name}", Public, || web::to(assets::get_asset)),
        Route::new(Method::GET, "/favicon.ico", Public, || web::to(assets::get_icon)),
    ]
};

/// The internal listener, which only the operator's network reaches.
pub const INTERNAL_ROUTES: &[Route] = &[
    Route::new(Method::GET, "/healthz", Access::Public, || web::to(get_health)),
    Route::new(Method::GET, "/readyz", Access::Public, || web::to(get_readiness)),
    Route::new(Method::GET, "/metrics", Access::Public, || web::to(get_metrics)),
    Route::any("/authorize", Access::Bearer, || web::to(authorize)),
    // Envoy appends the path of the request that it asks about.
    Route::any("/authorize/{original:.*}", Access::Bearer, || web::to(authorize)),
    Route::new(Method::POST, "/verify", Access::Public, || web::to(verify)),
    Route::new(Method::POST, "/usage", Access::Public, || web::to(ingest_usage)),
];

impl Route {
    const fn new(
        method: Method,
        path: &'static str,
        access: Access,
        handler: fn() -> actix_web::Route,
    ) -> Self {
        Self { method: Some(method), path, access, handler }
    }

    const fn any(path: &'static str, access: Access, handler: fn() -> actix_web::Route) -> Self {
        Self { method: None, path, access, handler }
    }

    /// The method, in capitals; `ANY` if all of them are taken.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_ref().map_or("ANY", Method::as_str)
    }

    /// The path, with `{id}` in the place of an id.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The credentials that it takes.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_routes_asks_for_what_its_paths_ask_for() {
        for route in PUBLIC_ROUTES {
            assert_eq!(Access::of(route.path()), route.access(), "{}", route.path());
        }
    }
}
