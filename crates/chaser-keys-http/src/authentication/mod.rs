//! Who is calling: decided for every request before it is routed.
//!
//! What a path asks for is told by [`access`]; API keys are read by [`bearer`], dashboard sessions by
//! [`session`]; [`cross_site`] keeps other sites from using a visitor's cookies.

mod access;
mod bearer;
mod cookies;
mod cross_site;
mod gate;
mod principal;
mod session;

pub(crate) use access::of as access_of;
pub(crate) use bearer::authenticate as authenticate_bearer;
pub(crate) use cookies::{DEVICE_COOKIE, SESSION_COOKIE, is_ours as cookie_is_ours, only_cookie};
pub(crate) use gate::gate;
pub(crate) use principal::{KeyHolder, Principal, SignedIn};
pub(crate) use session::find as find_person;
