//! Who may sign in to the dashboard, and who is signed in.

mod change_password;
pub(crate) mod create_user;
mod create_workspace;
pub(crate) mod credentials;
mod disable_user;
pub(crate) mod email_address;
mod known_devices;
pub(crate) mod secret_token;
pub(crate) mod session_lifetimes;
pub(crate) mod sessions;
pub(crate) mod sign_in_throttle;
pub(crate) mod workspace_name;
