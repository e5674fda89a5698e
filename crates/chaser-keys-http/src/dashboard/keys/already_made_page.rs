//! The page for a form that was carried out before: which key it created, and how to get a secret after all.

use askama::Template;
use chaser_keys::{ApiKey, DisplayPrefix, KeyId, KeyName};

use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};

#[derive(Template)]
#[template(path = "keys/already_made.html")]
pub(super) struct AlreadyMadePage {
    frame: Frame,
    id: String,
    name: String,
    /// The prefix of the new key, if the form was a rotation.
    successor: Option<String>,
}

impl AlreadyMadePage {
    pub(super) fn created(user: &SignedIn, key: &ApiKey) -> Self {
        let frame = Frame::new(user, Section::Keys);
        Self { frame, id: key.id.to_string(), name: key.name.as_str().to_owned(), successor: None }
    }

    /// `name` is the rotated key's, `id` and `prefix` are the new key's.
    pub(super) fn rotated(user: &SignedIn, name: &KeyName, id: KeyId, prefix: &DisplayPrefix) -> Self {
        Self {
            frame: Frame::new(user, Section::Keys),
            id: id.to_string(),
            name: name.as_str().to_owned(),
            successor: Some(prefix.as_str().to_owned()),
        }
    }
}
