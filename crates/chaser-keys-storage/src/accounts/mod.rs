//! Workspaces, users, and their sessions in the dashboard.

pub(crate) mod change_password;
mod client_network;
pub(crate) mod create_user;
mod create_workspace;
pub(crate) mod credentials;
mod disable_user;
pub(crate) mod email_address;
mod known_devices;
pub(crate) mod secret_token;
pub(crate) mod sessions;
mod sign_in_limit;
pub(crate) mod sign_in_throttle;
pub(crate) mod workspace_name;
