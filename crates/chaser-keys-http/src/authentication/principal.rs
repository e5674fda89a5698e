//! Whoever a request is made by, handed from the gate to the handlers and to the access log.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chaser_keys::{KeyId, UserId, WorkspaceId};
use chaser_keys_storage::{Session, SessionToken, VerifiedKey};

use crate::error::ApiError;

/// Whoever has proved to be who they are.
#[derive(Clone)]
pub(crate) enum Principal {
    Person(SignedIn),
    Key(KeyHolder),
}

/// A person signed in to the dashboard; handlers that take one are reached by nobody else.
#[derive(Clone)]
pub(crate) struct SignedIn(Rc<(Session, SessionToken)>);

/// A program that holds an API key; handlers that take one are reached by nobody else.
#[derive(Clone, Debug)]
pub(crate) struct KeyHolder(pub(crate) VerifiedKey);

impl SignedIn {
    pub(super) fn new(session: Session, token: SessionToken) -> Self {
        Self(Rc::new((session, token)))
    }

    /// The token that the request came with: signing out ends it.
    pub(crate) fn token(&self) -> &SessionToken {
        &self.0.1
    }
}

impl Deref for SignedIn {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0.0
    }
}

impl Principal {
    pub(crate) fn workspace_id(&self) -> WorkspaceId {
        match self {
            Self::Person(person) => person.workspace_id,
            Self::Key(holder) => holder.0.workspace_id,
        }
    }

    pub(crate) fn key_id(&self) -> Option<KeyId> {
        match self {
            Self::Person(_) => None,
            Self::Key(holder) => Some(holder.0.key_id),
        }
    }

    pub(crate) fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Person(person) => Some(person.user_id),
            Self::Key(_) => None,
        }
    }

    fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }
}

/// A route that the gate does not guard as its handler needs is a mistake of ours, and lets nobody in.
fn unguarded() -> ApiError {
    ApiError::Internal {
        cause: "the gate let a request pass without the principal its handler needs".to_owned(),
    }
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Principal::of(request) {
            Some(Principal::Person(person)) => Ok(person),
            _ => Err(unguarded()),
        })
    }
}

impl FromRequest for KeyHolder {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Principal::of(request) {
            Some(Principal::Key(holder)) => Ok(holder),
            _ => Err(unguarded()),
        })
    }
}
