//! The message about a form's success on the page that follows it. The address only names the message, whose facts are
//! read from the store: a link cannot make the dashboard claim what is not so.

use chaser_keys::{KeyId, KeyStatus};
use chaser_keys_storage::{KeyOverview, Store};

use super::query::Query;
use crate::authentication::SignedIn;
use crate::error::ApiError;

/// A message about a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Flash {
    Ready,
    Renamed,
    Revoked,
}

impl Flash {
    const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Renamed => "renamed",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Ready, Self::Renamed, Self::Revoked].into_iter().find(|flash| flash.word() == text)
    }

    /// The address of the list with this message.
    pub(super) fn list_with(self, key_id: KeyId) -> String {
        format!("/keys?done={}&key={key_id}", self.word())
    }

    fn text(self, key: &KeyOverview) -> Option<String> {
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

/// The message that an address names, if it is true.
pub(super) async fn read(query: &Query, store: &Store, user: &SignedIn) -> Result<Option<String>, ApiError> {
    let flash = query.get("done").and_then(Flash::parse);
    let key_id = query.get("key").and_then(|text| text.parse().ok());
    let (Some(flash), Some(key_id)) = (flash, key_id) else { return Ok(None) };
    let found = store.key_overview_of(user.workspace_id, key_id).await?;
    Ok(found.and_then(|(key, _)| flash.text(&key)))
}
