//! What a path asks of its caller, whether or not there is anything at it.

use crate::routes::{Access, PUBLIC_ROUTES};

/// Where the pages are that take a session.
const PAGES: [&str; 4] = ["/keys", "/usage", "/account", "/sign-out"];

/// Which credentials a path takes. Decided before routing, so that a path that does not exist tells a
/// stranger nothing.
pub(crate) fn of(path: &str) -> Access {
    let is_public = |route: &&crate::Route| route.access() == Access::Public && route.path() == path;
    if PUBLIC_ROUTES.iter().any(|route| is_public(&route)) {
        Access::Public
    } else if is_below(path, "/v1/auth") || is_below(path, "/v1/keys") {
        Access::Session
    } else if is_below(path, "/v1") {
        Access::Bearer
    } else if PAGES.iter().any(|root| is_below(path, root)) {
        Access::Page
    } else {
        Access::Public
    }
}

fn is_below(path: &str, root: &str) -> bool {
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
            assert_eq!(of(path), access, "{path}");
        }
    }

    #[test]
    fn the_table_of_routes_asks_for_what_its_paths_ask_for() {
        for route in PUBLIC_ROUTES {
            assert_eq!(of(route.path()), route.access(), "{}", route.path());
        }
    }
}
