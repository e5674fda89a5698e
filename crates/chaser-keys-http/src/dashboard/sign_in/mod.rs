//! The pages for signing in and out.

mod show_sign_in;
mod sign_in_page;
mod sign_out;
mod submit_sign_in;

pub(crate) use show_sign_in::show_sign_in;
pub(super) use sign_out::redirect_signed_out;
pub(crate) use sign_out::sign_out;
pub(crate) use submit_sign_in::sign_in;
