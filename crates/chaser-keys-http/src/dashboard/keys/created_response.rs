//! The response to a form that created a key.

use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::ApiKey;
use chaser_keys_storage::KeyCreation;

use super::already_made_page::AlreadyMadePage;
use super::secret_page::{OldKey, SecretPage};
use crate::authentication::SignedIn;
use crate::dashboard::page;
use crate::error::ApiError;

/// Which form created the key.
pub(super) enum Made {
    Created,
    /// In place of this one.
    Rotated(OldKey),
}

/// The secret; for a form that was sent before, that its secret was shown then.
pub(super) fn respond(
    request: &HttpRequest,
    user: &SignedIn,
    creation: KeyCreation,
    made: Made,
) -> Result<HttpResponse, ApiError> {
    match creation {
        KeyCreation::Issued(issued) => page::show_once(&SecretPage::new(request, user, &issued, made)),
        KeyCreation::Replayed(key) => page::show(&made.already(user, &key)),
    }
}

impl Made {
    fn already(&self, user: &SignedIn, key: &ApiKey) -> AlreadyMadePage {
        match self {
            Self::Created => AlreadyMadePage::created(user, key),
            Self::Rotated(_) => AlreadyMadePage::rotated(user, &key.name, key.id, &key.prefix),
        }
    }
}
