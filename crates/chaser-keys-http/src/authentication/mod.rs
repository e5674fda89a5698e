//! Authentication: who is calling, decided for every request before it is routed.
//!
//! [`access`] says which credentials a path takes, [`admit`] checks them: API keys by [`bearer`], dashboard sessions by
//! [`session`]; [`cross_site`] refuses requests that other sites make with a visitor's cookies.

mod access;
mod admit;
mod bearer;
mod cookies;
mod cross_site;
mod principal;
mod session;

pub use access::Access;
pub(crate) use access::is_below;
pub(crate) use admit::admit;
pub(crate) use bearer::{authenticate as authenticate_bearer, bearer_token};
pub(crate) use cookies::{DEVICE_COOKIE, SESSION_COOKIE, is_ours as cookie_is_ours, only_cookie};
pub(crate) use principal::{AuthenticatedKey, Principal, SignedIn};
pub(crate) use session::find as find_signed_in;
