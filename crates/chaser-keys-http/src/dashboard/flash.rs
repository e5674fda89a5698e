//! What a form came to, told on the page after it. The address only names the outcome; what is said is read
//! from the store, so that a link cannot make the dashboard say what is not so.

use chaser_keys::{KeyId, KeyStatus};
use chaser_keys_storage::{KeyOverview, Store};

use super::query::Query;
use crate::authentication::SignedIn;
use crate::error::ApiError;

/// An outcome that concerns a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    Ready,
    Renamed,
    Revoked,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Renamed => "renamed",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Ready, Self::Renamed, Self::Revoked].into_iter().find(|outcome| outcome.word() == text)
    }

    /// The list, which tells the outcome.
    pub(super) fn told_on_the_list(self, key_id: KeyId) -> String {
        format!("/keys?done={}&key={key_id}", self.word())
    }

    fn told(self, key: &KeyOverview) -> Option<String> {
        let name = key.key.name.as_str();
        let is_revoked = matches!(key.status, KeyStatus::Revoked { .. });
        match self {
            Self::Ready => (key.secret_is_confirmed && !is_revoked).then(|| format!("“{name}” is ready.")),
            Self::Renamed => Some(format!("The key is now called “{name}”.")),
            Self::Revoked => {
                is_revoked.then(|| format!("“{name}” is revoked: no server accepts it any more."))
            }
        }
    }
}

/// The outcome that an address names, if it is so.
pub(super) async fn read(
    query: &Query,
    store: &Store,
    person: &SignedIn,
) -> Result<Option<String>, ApiError> {
    let outcome = query.get("done").and_then(Outcome::parse);
    let key_id = query.get("key").and_then(|text| text.parse().ok());
    let (Some(outcome), Some(key_id)) = (outcome, key_id) else { return Ok(None) };
    let found = store.key_overview_of(person.workspace_id, key_id).await?;
    Ok(found.and_then(|(key, _)| outcome.told(&key)))
}
