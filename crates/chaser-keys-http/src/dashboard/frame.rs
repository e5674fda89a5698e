//! The frame of every page for users who are signed in.

use crate::authentication::SignedIn;

/// The header of a page.
pub(super) struct Frame {
    pub(super) workspace: String,
    section: Section,
}

/// Which part of the dashboard a page belongs to.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Section {
    Keys,
    Usage,
    Account,
}

impl Frame {
    pub(super) fn new(user: &SignedIn, section: Section) -> Self {
        Self { workspace: user.workspace_name.as_str().to_owned(), section }
    }

    pub(super) fn is_keys(&self) -> bool {
        self.section == Section::Keys
    }

    pub(super) fn is_usage(&self) -> bool {
        self.section == Section::Usage
    }

    pub(super) fn is_account(&self) -> bool {
        self.section == Section::Account
    }
}
