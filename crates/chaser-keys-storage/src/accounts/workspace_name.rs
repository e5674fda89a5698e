//! The name of a workspace.

use std::fmt;
use std::str::FromStr;

use chaser_keys::KeyName;
use thiserror::Error;

/// A workspace's name, by the rules of [`KeyName`]: 1 to 100 characters, trimmed, without control characters.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct WorkspaceName(KeyName);

/// A text that breaks the rules of a workspace's name.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("a workspace's name has 1 to 100 characters, none of them a control character or a line break")]
pub struct InvalidWorkspaceName;

impl WorkspaceName {
    /// The name, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for WorkspaceName {
    type Err = InvalidWorkspaceName;

    fn from_str(text: &str) -> Result<Self, InvalidWorkspaceName> {
        text.parse().map(Self).map_err(|_| InvalidWorkspaceName)
    }
}

impl fmt::Display for WorkspaceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
