//! The page with the form that creates a key.

use askama::Template;
use chaser_keys::KeyMode;

use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::nonce;
use crate::dashboard::problem::Problem;

#[derive(Template)]
#[template(path = "keys/new.html")]
pub(super) struct CreatePage {
    frame: Frame,
    nonce: String,
    name: String,
    is_test: bool,
    problems: Vec<Problem>,
}

impl CreatePage {
    pub(super) fn new(user: &SignedIn, name: &str, mode: &str, problems: Vec<Problem>) -> Self {
        Self {
            frame: Frame::new(user, Section::Keys),
            nonce: nonce::fresh(),
            name: name.to_owned(),
            is_test: mode == KeyMode::Test.as_str(),
            problems,
        }
    }
}
