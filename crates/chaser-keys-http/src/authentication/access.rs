//! Which credentials a path takes, whether or not a route exists at it.

use actix_web::{HttpMessage, HttpRequest};

use crate::error::ApiError;

/// Who may call a route.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Users who are signed in to the dashboard: the cookie `chaser_session`.
    Session,
    /// Programs with an API key: `Authorization: Bearer`.
    Bearer,
    /// Like `Session`, for pages: a browser without a session is redirected to sign in and back.
    Page,
}

/// The only public path among those that take credentials: signing in is how one gets them.
const LOGIN: &str = "/v1/auth/login";
/// Where the pages are that take a session.
const PAGES: [&str; 4] = ["/keys", "/usage", "/account", "/sign-out"];

impl Access {
    /// By the path alone and before routing, so that a stranger does not learn which paths exist.
    ///
    /// The path must be percent-decoded as the router decodes it: read differently, a path could be routed without the
    /// credentials that its route takes.
    pub(crate) fn of(decoded_path: &str) -> Self {
        let path = decoded_path;
        if path == LOGIN {
            Self::Public
        } else if is_below(path, "/v1/auth") || is_below(path, "/v1/keys") {
            Self::Session
        } else if is_below(path, "/v1") {
            Self::Bearer
        } else if PAGES.iter().any(|root| is_below(path, root)) {
            Self::Page
        } else {
            Self::Public
        }
    }

    /// What the middleware found for this request; it is decided once (`server/middleware/boundary.rs`).
    pub(crate) fn of_request(request: &HttpRequest) -> Result<Self, ApiError> {
        let missing = || ApiError::internal("a request passed the boundary without its access being decided");
        request.extensions().get::<Self>().copied().ok_or_else(missing)
    }
}

/// Whether a path is `root` or below it, by whole segments.
pub(crate) fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_below_v1_takes_credentials_but_sign_in() {
        let table = [
            ("/v1/auth/login", Access::Public),
            ("/v1/auth/logout", Access::Session),
            ("/v1/auth", Access::Session),
            ("/v1/auth/nothing", Access::Session),
            ("/v1/keys", Access::Session),
            ("/v1/keys/", Access::Session),
            ("/v1/keys/x/y/z", Access::Session),
            ("/v1/keysmith", Access::Bearer),
            ("/v1/usage", Access::Bearer),
            ("/v1/sessions", Access::Bearer),
            ("/v1//keys", Access::Bearer),
            ("/v1", Access::Bearer),
            ("/v1/", Access::Bearer),
            ("/v2", Access::Public),
            ("/keys", Access::Page),
            ("/keys/x/rotate", Access::Page),
            ("/keysmith", Access::Public),
            ("/usage", Access::Page),
            ("/account/password", Access::Page),
            ("/sign-out", Access::Page),
            ("/sign-in", Access::Public),
            ("/", Access::Public),
            ("", Access::Public),
        ];
        for (path, access) in table {
            assert_eq!(Access::of(path), access, "{path}");
        }
    }
}
