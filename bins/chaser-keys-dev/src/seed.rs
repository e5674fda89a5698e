//! The data a developer starts with: a workspace, a user, a session and a key.

use chaser_keys::{KeyMode, KeyStatus, WorkspaceId};
use chaser_keys_server::create_user;
use chaser_keys_storage::{
    CreateKeyError, Credentials, DashboardSession, DatabaseUrl, KeyCreation, SecretConfirmation,
    SessionToken, Store,
};

use crate::failure::Failure;

/// The user of the dashboard. Documented, and only of use on this machine.
pub(crate) const EMAIL: &str = "dev@example.com";
/// Passes the password policy.
pub(crate) const PASSWORD: &str = "only-for-local-development";
const WORKSPACE: &str = "Acme";
const KEY: &str = "cargo-dev";

/// What this start has created.
pub(crate) struct Seeded {
    pub(crate) workspace: WorkspaceId,
    /// A dashboard session, as the cookie's value.
    pub(crate) session: SessionToken,
    /// A live key's secret.
    pub(crate) key: String,
}

/// Creates what is missing, a new session, and a new key that replaces that of the last start.
pub(crate) async fn seed(store: &Store, database: &DatabaseUrl) -> Result<Seeded, Failure> {
    let credentials = ensure_user(store, database).await?;
    let opened = store.open_session(&credentials, None).await?;
    let session = opened.ok_or_else(|| broken(format_args!("{EMAIL} is disabled")))?.token;
    let DashboardSession { workspace_id: workspace, .. } =
        store.find_session(&session).await?.ok_or_else(|| broken("the new session is gone"))?;
    revoke_former_keys(store, workspace).await?;
    let key = create_key(store, workspace).await?;
    Ok(Seeded { workspace, session, key })
}

async fn ensure_user(store: &Store, database: &DatabaseUrl) -> Result<Credentials, Failure> {
    let email = EMAIL.parse().map_err(broken)?;
    if let Some(credentials) = store.find_credentials(&email).await? {
        return Ok(credentials);
    }
    let workspace = store.create_workspace(&WORKSPACE.parse().map_err(broken)?).await?;
    create_user(store, database, workspace, &email, PASSWORD).await?;
    let created = store.find_credentials(&email).await?;
    created.ok_or_else(|| broken("the new user is gone"))
}

/// Their secrets were printed once and are lost.
async fn revoke_former_keys(store: &Store, workspace: WorkspaceId) -> Result<(), Failure> {
    for stored in store.list_keys(workspace).await? {
        if stored.key.name.as_str() == KEY && !matches!(stored.status, KeyStatus::Revoked { .. }) {
            store.revoke_key(workspace, stored.key.id).await?;
        }
    }
    Ok(())
}

async fn create_key(store: &Store, workspace: WorkspaceId) -> Result<String, Failure> {
    let name = KEY.parse().map_err(broken)?;
    match store.create_key(workspace, name, KeyMode::Live, None, SecretConfirmation::NotNeeded).await {
        Ok(KeyCreation::Issued(issued)) => Ok(issued.secret.expose().to_owned()),
        Ok(KeyCreation::Replayed(_)) => Err(broken("a key was replayed")),
        Err(CreateKeyError::Storage(error)) => Err(error.into()),
        Err(error) => Err(broken(error)),
    }
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Seed(format!("{error}"))
}
