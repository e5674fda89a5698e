//! What the program can be asked to do, one file each.

pub(crate) mod check_config;
pub(crate) mod create_user;
pub(crate) mod create_workspace;
pub(crate) mod disable_user;
pub(crate) mod migrate;
pub(crate) mod serve;

mod password_input;
