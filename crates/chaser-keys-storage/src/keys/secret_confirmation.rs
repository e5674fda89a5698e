//! Whether a new key is marked until its secret is confirmed as saved.

use time::OffsetDateTime;

/// Whether a new key is marked until the user confirms that the secret was saved.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecretConfirmation {
    /// A program receives the secret: no mark.
    NotNeeded,
    /// A page shows the secret once: the key is marked until [`Store::confirm_secret`](crate::Store::confirm_secret),
    /// so that a page that was closed too early does not leave an unusable key unnoticed.
    Awaited,
}

impl SecretConfirmation {
    pub(super) fn awaited_since(self, created_at: OffsetDateTime) -> Option<OffsetDateTime> {
        match self {
            Self::NotNeeded => None,
            Self::Awaited => Some(created_at),
        }
    }
}
