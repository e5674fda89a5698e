//! The third answer of a verification, beside good and not good: unknown for now.

use thiserror::Error;

/// The verifier cannot prove that what it knows of the key is current.
///
/// Accepting the key could accept a revoked one; refusing it would reject a good one. The service answers 503 with
/// `Retry-After`, which [`Refusal::FreshnessUnproven`](crate::Refusal::FreshnessUnproven) renders.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error(
    "whether the key is good cannot be known now: this node has not heard from the database for too long, or lacks a pepper"
)]
pub struct FreshnessUnproven;
