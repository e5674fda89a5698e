//! The product: sessions of a workspace. With a test key everything answers and nothing is provisioned.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys::{KeyMode, WorkspaceId};
use chaser_keys_actix::AuthenticatedKey;
use serde::Serialize;
use uuid::Uuid;

/// What runs, by workspace.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<WorkspaceId, Vec<Session>>>);

#[derive(Clone, Serialize)]
pub(crate) struct Session {
    id: String,
    mode: KeyMode,
    /// Whether a machine was started for it.
    provisioned: bool,
}

#[derive(Serialize)]
struct SessionList {
    sessions: Vec<Session>,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Vec<Session>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A key sees the sessions of its workspace, and no others.
pub(crate) async fn list_sessions(key: AuthenticatedKey, sessions: Data<Sessions>) -> HttpResponse {
    let sessions = sessions.lock().get(&key.workspace_id).cloned().unwrap_or_default();
    HttpResponse::Ok().json(SessionList { sessions })
}

pub(crate) async fn create_session(key: AuthenticatedKey, sessions: Data<Sessions>) -> HttpResponse {
    let session =
        Session { id: Uuid::new_v4().to_string(), mode: key.mode, provisioned: key.mode == KeyMode::Live };
    if session.provisioned {
        sessions.lock().entry(key.workspace_id).or_default().push(session.clone());
    }
    HttpResponse::Created().json(session)
}
