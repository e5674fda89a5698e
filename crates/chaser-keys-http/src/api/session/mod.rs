//! The dashboard session: signing in, reading it, signing out.

pub(crate) mod get_session;
pub(crate) mod login;
pub(crate) mod logout;
mod sign_in;

pub(crate) use sign_in::{SignIn, SignInCookies};
