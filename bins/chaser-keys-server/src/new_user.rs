//! Creating a user: the password's policy and hash, and the database's refusals.

use chaser_keys::{UserId, WorkspaceId};
use chaser_keys_storage::passwords::{HashingError, Password, PasswordHasher};
use chaser_keys_storage::{CreateUserError, DatabaseUrl, EmailAddress, Store};

use crate::failure::Failure;

/// A password that passed the policy.
pub(crate) fn choose_password(text: &str, email: &EmailAddress) -> Result<Password, Failure> {
    Password::choose(text, email).map_err(|refusal| Failure::Argument(format!("--password-stdin: {refusal}")))
}

/// Stores a user who can sign in with the password from now on. `database` is for the message of a failure.
pub async fn create_user(
    store: &Store,
    database: &DatabaseUrl,
    workspace: WorkspaceId,
    email: &EmailAddress,
    password: &str,
) -> Result<UserId, Failure> {
    let password = choose_password(password, email)?;
    let hash = hash(password).await.map_err(Failure::Password)?;
    let created = store.create_user(workspace, email, &hash).await;
    created.map_err(|error| match error {
        CreateUserError::EmailTaken => {
            Failure::Argument("--email: there is a user with this address already: choose another".to_owned())
        }
        CreateUserError::NoSuchWorkspace => {
            let fix = "give the id that `chaser-keys-server workspace create` printed";
            Failure::Argument(format!("--workspace: there is no workspace {workspace}: {fix}"))
        }
        CreateUserError::Storage(error) => Failure::of_storage(database, error),
    })
}

async fn hash(password: Password) -> Result<String, HashingError> {
    PasswordHasher::new()?.hash(password).await
}
