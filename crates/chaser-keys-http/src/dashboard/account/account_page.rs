//! The account page.

use askama::Template;

use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::problem::Problem;
use crate::dashboard::wording::shown_time::ShownTime;

#[derive(Template)]
#[template(path = "account.html")]
pub(super) struct AccountPage {
    frame: Frame,
    email: String,
    expires: ShownTime,
    flash: Option<&'static str>,
    problems: Vec<Problem>,
}

impl AccountPage {
    pub(super) fn new(user: &SignedIn) -> Self {
        Self {
            frame: Frame::new(user, Section::Account),
            email: user.email.as_str().to_owned(),
            expires: ShownTime::exact(user.expires_at),
            flash: None,
            problems: Vec::new(),
        }
    }

    pub(super) fn telling(self, flash: Option<&'static str>) -> Self {
        Self { flash, ..self }
    }

    pub(super) fn with_problem(self, problem: Problem) -> Self {
        Self { problems: vec![problem], ..self }
    }
}
