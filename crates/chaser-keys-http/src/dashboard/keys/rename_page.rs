//! The page with the form that renames a key.

use askama::Template;
use chaser_keys_storage::KeyOverview;

use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::problem::Problem;
use crate::dashboard::wording::shown_time::ShownTime;

#[derive(Template)]
#[template(path = "keys/rename.html")]
pub(super) struct RenamePage {
    frame: Frame,
    id: String,
    old_name: String,
    name: String,
    prefix: String,
    created: ShownTime,
    problems: Vec<Problem>,
}

impl RenamePage {
    pub(super) fn new(user: &SignedIn, key: &KeyOverview, name: &str, problems: Vec<Problem>) -> Self {
        Self {
            frame: Frame::new(user, Section::Keys),
            id: key.key.id.to_string(),
            old_name: key.key.name.as_str().to_owned(),
            name: name.to_owned(),
            prefix: key.key.prefix.as_str().to_owned(),
            created: ShownTime::exact(key.key.created_at),
            problems,
        }
    }
}
