//! What a verification answers.

use chaser_keys::{KeyId, KeyMode, WorkspaceId};
use thiserror::Error;

/// Whose request it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VerifiedKey {
    /// The key that was presented.
    pub key_id: KeyId,
    /// The workspace it belongs to.
    pub workspace_id: WorkspaceId,
    /// Live or test.
    pub mode: KeyMode,
}

/// Whether the key is good cannot be known right now. Neither yes nor no would be honest: the caller
/// answers 503 and lets the client try again.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error(
    "whether the key is good cannot be known now: this node has not heard from the database for too long, or lacks a pepper"
)]
pub struct FreshnessUnproven;
