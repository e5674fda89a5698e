//! `GET /v1/auth/session`.

use actix_web::HttpResponse;
use chaser_keys::{UserId, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Timestamp;
use crate::authentication::SignedIn;

/// A dashboard session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionJson {
    user: SessionUserJson,
    workspace: SessionWorkspaceJson,
    /// When the session ends at the latest. It ends earlier if it is unused for the server's `CHASER_SESSION_IDLE`.
    #[schema(value_type = String, format = "date-time", example = "2026-06-01T12:00:00Z")]
    expires_at: Timestamp,
}

/// The user who is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionUser)]
pub(crate) struct SessionUserJson {
    #[schema(value_type = String, format = "uuid")]
    id: UserId,
    #[schema(format = "email")]
    email: String,
}

/// The workspace that the user manages.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionWorkspace)]
pub(crate) struct SessionWorkspaceJson {
    #[schema(value_type = String, format = "uuid")]
    id: WorkspaceId,
    name: String,
}

/// Show who is signed in
#[utoipa::path(get, path = "/v1/auth/session", tag = "session", responses(
    (status = 200, description = "The session.", body = SessionJson),
))]
pub(crate) async fn get_session(user: SignedIn) -> HttpResponse {
    HttpResponse::Ok().json(SessionJson {
        user: SessionUserJson { id: user.user_id, email: user.email.as_str().to_owned() },
        workspace: SessionWorkspaceJson {
            id: user.workspace_id,
            name: user.workspace_name.as_str().to_owned(),
        },
        expires_at: Timestamp(user.expires_at),
    })
}
