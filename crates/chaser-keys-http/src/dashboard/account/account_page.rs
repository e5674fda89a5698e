//! The page of one's account.

use askama::Template;

use crate::authentication::SignedIn;
use crate::dashboard::form::Problem;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::wording::moment::Moment;

#[derive(Template)]
#[template(path = "account.html")]
pub(super) struct AccountPage {
    frame: Frame,
    email: String,
    expires: Moment,
    flash: Option<&'static str>,
    problems: Vec<Problem>,
}

impl AccountPage {
    pub(super) fn new(person: &SignedIn) -> Self {
        Self {
            frame: Frame::new(person, Section::Account),
            email: person.email.as_str().to_owned(),
            expires: Moment::exact(person.expires_at),
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
