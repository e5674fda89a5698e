//! What a form that makes a key is answered with.

use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::ApiKey;
use chaser_keys_storage::KeyCreation;

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
pub(super) fn respond(
    request: &HttpRequest,
    person: &SignedIn,
    creation: KeyCreation,
    made: Made,
) -> Result<HttpResponse, ApiError> {
    match creation {
        KeyCreation::Issued(issued) => page::show_once(&SecretPage::new(request, person, &issued, made)),
        KeyCreation::Replayed(key) => page::show(&made.already(person, &key)),
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
