//! The pages of the user's own account.

mod account_page;
mod change_password;
mod show_account;
mod sign_out_everywhere;

pub(crate) use change_password::change_password;
pub(crate) use show_account::show_account;
pub(crate) use sign_out_everywhere::sign_out_everywhere;
