//! The principal: who makes a request. The gate finds it, handlers and the access log use it.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chaser_keys::{KeyId, UserId, WorkspaceId};
use chaser_keys_storage::{DashboardSession, SessionToken, VerifiedKey};

use crate::error::ApiError;

/// An authenticated caller.
#[derive(Clone)]
pub(crate) enum Principal {
    User(SignedIn),
    Key(AuthenticatedKey),
}

/// A user who is signed in to the dashboard. A handler that takes one is not called without.
#[derive(Clone)]
pub(crate) struct SignedIn(Rc<(DashboardSession, SessionToken)>);

/// The API key that a request was authenticated with. A handler that takes one is not called without.
#[derive(Clone, Debug)]
pub(crate) struct AuthenticatedKey(pub(crate) VerifiedKey);

impl SignedIn {
    pub(super) fn new(session: DashboardSession, token: SessionToken) -> Self {
        Self(Rc::new((session, token)))
    }

    /// The session token of the request, which signing out ends.
    pub(crate) fn token(&self) -> &SessionToken {
        &self.0.1
    }
}

impl Deref for SignedIn {
    type Target = DashboardSession;

    fn deref(&self) -> &DashboardSession {
        &self.0.0
    }
}

impl Principal {
    pub(crate) fn workspace_id(&self) -> WorkspaceId {
        match self {
            Self::User(user) => user.workspace_id,
            Self::Key(key) => key.0.workspace_id,
        }
    }

    pub(crate) fn key_id(&self) -> Option<KeyId> {
        match self {
            Self::User(_) => None,
            Self::Key(key) => Some(key.0.key_id),
        }
    }

    pub(crate) fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user.user_id),
            Self::Key(_) => None,
        }
    }

    fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }
}

/// A handler takes another principal than its route's access provides: a bug, answered with 500 rather than let in.
fn unguarded() -> ApiError {
    ApiError::internal("the gate let a request pass without the principal that its handler takes")
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Principal::of(request) {
            Some(Principal::User(user)) => Ok(user),
            _ => Err(unguarded()),
        })
    }
}

impl FromRequest for AuthenticatedKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Principal::of(request) {
            Some(Principal::Key(key)) => Ok(key),
            _ => Err(unguarded()),
        })
    }
}
