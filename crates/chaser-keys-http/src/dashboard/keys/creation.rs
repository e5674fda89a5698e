//! What a form that makes a key is answered with.

use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::{ApiKey, IssuedKey};
use chaser_keys_storage::{KeyCreation, Store};

use super::already_made_page::AlreadyMadePage;
use super::secret_page::{OldKey, SecretPage};
use crate::authentication::SignedIn;
use crate::dashboard::page;
use crate::error::ApiError;

/// How the key came to be.
pub(super) enum Made {
    Created,
    /// In the place of this one.
    Rotated(OldKey),
}

/// The secret, or that it was shown before.
pub(super) async fn respond(
    request: &HttpRequest,
    person: &SignedIn,
    store: &Store,
    creation: KeyCreation,
    made: Made,
) -> Result<HttpResponse, ApiError> {
    match creation {
        KeyCreation::Issued(issued) => {
            await_confirmation(store, &issued).await;
            page::show_once(&SecretPage::new(request, person, &issued, made))
        }
        KeyCreation::Replayed(key) => page::show(&made.already(person, &key)),
    }
}

/// The key is made, whatever comes of this: its secret must be shown.
async fn await_confirmation(store: &Store, issued: &IssuedKey) {
    let key = &issued.key;
    if let Err(error) = store.await_secret_confirmation(key.workspace_id, key.id).await {
        tracing::warn!(%error, key_id = %key.id, "a key is not marked as awaiting confirmation");
    }
}

impl Made {
    fn already(&self, person: &SignedIn, key: &ApiKey) -> AlreadyMadePage {
        match self {
            Self::Created => AlreadyMadePage::created(person, key),
            Self::Rotated(_) => AlreadyMadePage::rotated(person, &key.name, key.id, &key.prefix),
        }
    }
}
