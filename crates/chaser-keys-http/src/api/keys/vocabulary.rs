//! The values of `mode`, `status` and `state`, for the OpenAPI document. The values themselves are the domain's.

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

/// What the usage of a rotated key says:
///
/// * `unused`: not used since the rotation;
/// * `idle`: used since the rotation, but not recently;
/// * `just_rotated`: not used since the rotation, but so recently that its callers may come back;
/// * `in_use`: used recently;
/// * `successor_unused`: unused or idle, but no key that works in its place was ever used;
/// * `no_working_successor`: when this key stops, nothing works in its place;
/// * `unknown`: usage cannot be read now.
#[derive(ToSchema)]
#[schema(as = OldKeyUseState, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes what `chaser_keys::OldKeyUse` is written as")]
pub(crate) enum OldKeyUseWord {
    Unused,
    Idle,
    JustRotated,
    InUse,
    SuccessorUnused,
    NoWorkingSuccessor,
    Unknown,
}
