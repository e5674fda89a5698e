//! Every route of the server on one screen.
//!
//! This table is what the application is built from, what `405` answers list, and what the tests compare
//! with the OpenAPI document and with the matrix of endpoints and principals.

use actix_web::http::Method;
use actix_web::web;

use crate::dashboard::{self, account, assets, keys as key_pages, sign_in as door, usage as usage_page};
use crate::gateway::authorize::authorize;
use crate::gateway::report_usage::report_usage;
use crate::gateway::verify::verify;
use crate::health::{get_health, get_readiness};
use crate::keys::create_key::create_key;
use crate::keys::get_key::get_key;
use crate::keys::list_keys::list_keys;
use crate::keys::rename_key::rename_key;
use crate::keys::revoke_key::revoke_key;
use crate::keys::rotate_key::rotate_key;
use crate::metrics::get_metrics;
use crate::openapi::get_openapi;
use crate::sign_in::get_session::get_session;
use crate::sign_in::login::login;
use crate::sign_in::logout::logout;
use crate::usage::get_usage::get_usage;

/// Who may call a route.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever is signed in to the dashboard: the cookie `chaser_session`.
    Session,
    /// Whoever holds an API key: `Authorization: Bearer`.
    Bearer,
    /// Like `Session`, for people: whoever is not signed in is led to the sign-in page and back.
    Page,
}

/// One row of the table. Where there is a `GET`, `HEAD` is answered too.
#[derive(Debug)]
pub struct Route {
    /// None: any.
    pub(crate) method: Option<Method>,
    path: &'static str,
    access: Access,
    pub(crate) handler: fn() -> actix_web::Route,
}

/// What the world reaches. All routes of one path have the same access. Every other path below `/v1`
/// takes an API key before it is 404 (`authentication/access.rs`).
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
        Route::new(Method::GET, "/sign-in", Public, || web::to(door::show_sign_in)),
        Route::new(Method::POST, "/sign-in", Public, || web::to(door::sign_in)),
        Route::new(Method::POST, "/sign-out", Page, || web::to(door::sign_out)),
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

/// What only the operator's network reaches: the internal listener has an address of its own.
pub const INTERNAL_ROUTES: &[Route] = &[
    Route::new(Method::GET, "/healthz", Access::Public, || web::to(get_health)),
    Route::new(Method::GET, "/readyz", Access::Public, || web::to(get_readiness)),
    Route::new(Method::GET, "/metrics", Access::Public, || web::to(get_metrics)),
    Route::any("/authorize", Access::Bearer, || web::to(authorize)),
    // Envoy appends the path of the request that it asks about.
    Route::any("/authorize/{original:.*}", Access::Bearer, || web::to(authorize)),
    Route::new(Method::POST, "/verify", Access::Public, || web::to(verify)),
    Route::new(Method::POST, "/usage", Access::Public, || web::to(report_usage)),
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

    /// The method, in capitals; `ANY` where it does not matter.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_ref().map_or("ANY", Method::as_str)
    }

    /// The path, with `{id}` where an id stands.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Who may call it.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }
}
