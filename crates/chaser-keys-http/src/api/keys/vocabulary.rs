//! The values of `mode` and `status`, for the OpenAPI document. The values themselves are the domain's.

use utoipa::ToSchema;

/// Whether a key acts on production or in test mode.
#[derive(ToSchema)]
#[schema(as = KeyMode, rename_all = "lowercase")]
#[expect(dead_code, reason = "describes what `chaser_keys::KeyMode` is written as")]
pub(crate) enum ModeWord {
    Live,
    Test,
}

/// What a key is now: `grace` is a rotated key that still works.
#[derive(ToSchema)]
#[schema(as = KeyStatus, rename_all = "lowercase")]
#[expect(dead_code, reason = "describes what `chaser_keys::KeyStatus` is written as")]
pub(crate) enum StatusWord {
    Active,
    Grace,
    Revoked,
}
