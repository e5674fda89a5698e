//! Dashboard sessions: a row each, so that ending one ends it on every node.

use chaser_keys::{UserId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
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

/// A session that was just opened.
#[derive(Debug)]
pub struct OpenedSession {
    /// For the cookie; the database holds only its hash.
    pub token: SessionToken,
    /// When it ends at the latest.
    pub expires_at: OffsetDateTime,
    /// For the cookie that remembers this browser: the one it brought along, if it was known.
    pub device: DeviceToken,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The person.
    pub user_id: UserId,
    /// Their address.
    pub email: EmailAddress,
    /// The workspace they work in.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub workspace_name: WorkspaceName,
    /// When the session ends at the latest.
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
    /// Signs in whoever the credentials belong to: always with a new token, never one that a browser brought
    /// along. None if the person was disabled, or their password changed, since the credentials were read.
    pub async fn open_session(
        &self,
        credentials: &Credentials,
        device: Option<&DeviceToken>,
    ) -> Result<Option<OpenedSession>, StorageError> {
        let token = SessionToken::generate()?;
        let opening = async {
            let mut connection = self.connection().await?;
            connection
                .transaction::<_, StorageError, _>(async |connection| {
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
                    let device =
                        known_devices::remember(connection, credentials.user_id, device, now).await?;
                    Ok(Some(OpenedSession { token, expires_at, device }))
                })
                .await
        };
        self.database.within_deadline(opening).await
    }

    /// Who is signed in with this token, within the idle and the absolute limit; the idle limit starts anew.
    pub async fn find_session(&self, token: &SessionToken) -> Result<Option<Session>, StorageError> {
        let finding = async {
            let mut connection = self.urgent_connection().await?;
            let Some(row) = load(&mut connection, token).await? else {
                return Ok(None);
            };
            let now = self.node.clock().adjust(row.database_time);
            let lifetimes = self.options.session_lifetimes;
            if lifetimes.are_over(row.last_seen_at, row.expires_at, now) {
                return Ok(None);
            }
            if lifetimes.should_touch(row.last_seen_at, now) {
                touch(&mut connection, token, now).await?;
            }
            Ok(Some(row.try_into()?))
        };
        self.database.within_deadline(finding).await
    }

    /// Signs out: the token is worthless on every node when this returns.
    pub async fn close_session(&self, token: &SessionToken) -> Result<(), StorageError> {
        let closing = async {
            let session = dashboard_sessions::table.find(token.hash().to_vec());
            diesel::delete(session).execute(&mut self.connection().await?).await?;
            Ok(())
        };
        self.database.within_deadline(closing).await
    }
}

/// Whether the credentials still hold. The lock puts this and what follows in order with disabling the person
/// and with a change of the password: no session outlives either.
async fn are_current(connection: &mut AsyncPgConnection, credentials: &Credentials) -> QueryResult<bool> {
    let person = users::table
        .find(credentials.user_id.as_uuid())
        .filter(users::disabled_at.is_null())
        .filter(users::password_hash.eq(&credentials.password_hash))
        .select(users::id)
        .for_share();
    Ok(person.first::<Uuid>(connection).await.optional()?.is_some())
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

impl TryFrom<SessionRow> for Session {
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
