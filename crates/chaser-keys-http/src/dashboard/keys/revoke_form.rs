//! The form that revokes a key, and when it must be sent again.

use chaser_keys_storage::KeyOverview;
use serde::Deserialize;
use time::OffsetDateTime;

use super::revoke_page::asks_for_name;

/// The typed name, where the page asks for it; or the button that stops an unused key with one click.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RevokeForm {
    name: String,
    /// "yes" from the one-click button.
    only_if_safe: String,
}

impl RevokeForm {
    /// Why the key is not revoked yet. Decided again, because the key may have been used since the page was made.
    pub(super) fn objection(&self, key: &KeyOverview, now: OffsetDateTime) -> Option<&'static str> {
        let may_be_needed = key.old_key_use.is_some_and(|usage| !usage.is_safe_to_stop());
        if self.only_if_safe == "yes" && may_be_needed {
            return Some(
                "This key may be needed after all, so it was not stopped. Type its name to stop it anyway.",
            );
        }
        let is_named = self.name.trim() == key.key.name.as_str();
        (asks_for_name(key, now) && !is_named)
            .then_some("Type the key’s name exactly as it is shown. Nothing was revoked.")
    }
}
