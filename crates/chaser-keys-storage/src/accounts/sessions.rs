//! Dashboard sessions: one row each, read at every request, so that a session ends on all nodes at the same time.

use chaser_keys::{UserId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;
use uuid::Uuid;

use super::credentials::Credentials;
use super::email_address::EmailAddress;
use super::known_devices;
use super::secret_token::{DeviceToken, SessionToken};
use super::workspace_name::WorkspaceName;
use crate::database::clock::clock_timestamp;
use crate::database::schema::{dashboard_sessions, users, workspaces};
use crate::{CorruptRow, StorageError, Store};

/// A new session: what the browser needs to keep it.
#[derive(Debug)]
pub struct OpenedSession {
    /// For the session cookie; the database holds only its hash.
    pub token: SessionToken,
    /// The absolute limit: the session ends then even if it is in use.
    pub expires_at: OffsetDateTime,
    /// For the device cookie: the token that the browser presented, if it was known for this user, or a new one.
    pub device: DeviceToken,
}

/// A session that has not ended, with its user and workspace.
#[derive(Clone, Debug)]
pub struct DashboardSession {
    /// The user who is signed in.
    pub user_id: UserId,
    /// The address that the user signs in with.
    pub email: EmailAddress,
    /// The user's only workspace.
    pub workspace_id: WorkspaceId,
    /// The name of the workspace when the session was read.
    pub workspace_name: WorkspaceName,
    /// The absolute limit: the session ends then even if it is in use.
    pub expires_at: OffsetDateTime,
}

#[derive(Queryable)]
struct SessionRow {
    user_id: Uuid,
    email: String,
    workspace_id: Uuid,
    workspace_name: String,
    last_seen_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    database_time: OffsetDateTime,
}

impl Store {
    /// Opens a session for the user with these credentials, always with a new token: one that the browser sent may have
    /// been planted. `None` if the user was disabled, or the password changed, since the credentials were read.
    pub async fn open_session(
        &self,
        credentials: &Credentials,
        device: Option<&DeviceToken>,
    ) -> Result<Option<OpenedSession>, StorageError> {
        let token = SessionToken::generate()?;
        self.database
            .transact(async |connection| {
                if !are_current(connection, credentials).await? {
                    return Ok(None);
                }
                let now = self.now(connection).await?;
                let expires_at = now + self.options.session_lifetimes.absolute;
                let new = (
                    dashboard_sessions::token_hash.eq(token.hash().to_vec()),
                    dashboard_sessions::user_id.eq(credentials.user_id.as_uuid()),
                    dashboard_sessions::created_at.eq(now),
                    dashboard_sessions::last_seen_at.eq(now),
                    dashboard_sessions::expires_at.eq(expires_at),
                );
                diesel::insert_into(dashboard_sessions::table).values(new).execute(connection).await?;
                let device = known_devices::remember(connection, credentials.user_id, device, now).await?;
                Ok(Some(OpenedSession { token, expires_at, device }))
            })
            .await
    }

    /// The session of this token, if it has reached neither its idle nor its absolute limit. Restarts the idle limit.
    pub async fn find_session(&self, token: &SessionToken) -> Result<Option<DashboardSession>, StorageError> {
        self.database
            .run_urgently(async |connection| {
                let Some(row) = load(connection, token).await? else {
                    return Ok(None);
                };
                let now = self.node.clock().adjust(row.database_time);
                let lifetimes = self.options.session_lifetimes;
                if lifetimes.are_over(row.last_seen_at, row.expires_at, now) {
                    return Ok(None);
                }
                if lifetimes.should_touch(row.last_seen_at, now) {
                    touch(connection, token, now).await?;
                }
                Ok(Some(row.try_into()?))
            })
            .await
    }

    /// Signs out: no node accepts the token when this returns.
    pub async fn close_session(&self, token: &SessionToken) -> Result<(), StorageError> {
        self.database
            .run(async |connection| {
                let session = dashboard_sessions::table.find(token.hash().to_vec());
                diesel::delete(session).execute(connection).await?;
                Ok(())
            })
            .await
    }
}

/// Whether the credentials still hold. The lock makes a concurrent disabling of the user or change of the password wait,
/// and it then ends the session that this transaction opens.
async fn are_current(connection: &mut AsyncPgConnection, credentials: &Credentials) -> QueryResult<bool> {
    let user = users::table
        .find(credentials.user_id.as_uuid())
        .filter(users::disabled_at.is_null())
        .filter(users::password_hash.eq(&credentials.password_hash))
        .select(users::id)
        .for_share();
    Ok(user.first::<Uuid>(connection).await.optional()?.is_some())
}

async fn load(connection: &mut AsyncPgConnection, token: &SessionToken) -> QueryResult<Option<SessionRow>> {
    dashboard_sessions::table
        .inner_join(users::table.inner_join(workspaces::table))
        .filter(dashboard_sessions::token_hash.eq(token.hash().to_vec()))
        .filter(users::disabled_at.is_null())
        .select((
            users::id,
            users::email,
            workspaces::id,
            workspaces::name,
            dashboard_sessions::last_seen_at,
            dashboard_sessions::expires_at,
            clock_timestamp(),
        ))
        .first(connection)
        .await
        .optional()
}

async fn touch(
    connection: &mut AsyncPgConnection,
    token: &SessionToken,
    now: OffsetDateTime,
) -> QueryResult<()> {
    diesel::update(dashboard_sessions::table.find(token.hash().to_vec()))
        .set(dashboard_sessions::last_seen_at.eq(now))
        .execute(connection)
        .await?;
    Ok(())
}

impl TryFrom<SessionRow> for DashboardSession {
    type Error = CorruptRow;

    fn try_from(row: SessionRow) -> Result<Self, CorruptRow> {
        let corrupt = |table, column, id: Uuid| CorruptRow { table, column, id: id.to_string() };
        Ok(Self {
            user_id: UserId::from_uuid(row.user_id),
            email: row.email.parse().map_err(|_| corrupt("users", "email", row.user_id))?,
            workspace_id: WorkspaceId::from_uuid(row.workspace_id),
            workspace_name: row
                .workspace_name
                .parse()
                .map_err(|_| corrupt("workspaces", "name", row.workspace_id))?,
            expires_at: row.expires_at,
        })
    }
}
