//! Who is signed in.

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

/// The person who is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionUser)]
pub(crate) struct SessionUserJson {
    #[schema(value_type = String, format = "uuid")]
    id: UserId,
    #[schema(format = "email")]
    email: String,
}

/// The workspace whose keys they see.
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
pub(crate) async fn get_session(person: SignedIn) -> HttpResponse {
    HttpResponse::Ok().json(SessionJson {
        user: SessionUserJson { id: person.user_id, email: person.email.as_str().to_owned() },
        workspace: SessionWorkspaceJson {
            id: person.workspace_id,
            name: person.workspace_name.as_str().to_owned(),
        },
        expires_at: Timestamp(person.expires_at),
    })
}
