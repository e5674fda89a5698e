//! The pages of keys: the list, and for each operation on a key its handlers (`…_key.rs`), form and page.

mod already_made_page;
mod bars;
mod confirm_secret;
mod create_form;
mod create_key;
mod create_page;
mod created_response;
mod find_key;
mod last_used;
mod list_page;
mod list_query;
mod note;
mod rename_form;
mod rename_key;
mod rename_page;
mod revoke_form;
mod revoke_key;
mod revoke_page;
mod rotate_form;
mod rotate_key;
mod rotate_page;
mod row;
mod secret_page;
mod show_activity;
mod show_keys;

pub(crate) use confirm_secret::confirm_secret;
pub(crate) use create_key::{create_key, show_create_key};
pub(crate) use rename_key::{rename_key, show_rename_key};
pub(crate) use revoke_key::{revoke_key, show_revoke_key};
pub(crate) use rotate_key::{rotate_key, show_rotate_key};
pub(crate) use show_activity::show_activity;
pub(crate) use show_keys::show_keys;
