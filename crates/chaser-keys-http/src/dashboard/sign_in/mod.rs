//! Signing in and out, as pages.

mod enter;
mod show_sign_in;
mod sign_in_page;
mod sign_out;

pub(crate) use enter::sign_in;
pub(crate) use show_sign_in::show_sign_in;
pub(super) use sign_out::leave;
pub(crate) use sign_out::sign_out;
