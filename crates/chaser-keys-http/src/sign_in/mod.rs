//! The dashboard's session: signing in, looking at it, signing out.

pub(crate) mod get_session;
pub(crate) mod login;
pub(crate) mod logout;
mod signing_in;

pub(crate) use signing_in::{SignInCookies, SigningIn};
