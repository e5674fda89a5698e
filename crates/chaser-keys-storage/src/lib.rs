#![doc = include_str!("../README.md")]

mod accounts;
mod background;
mod database;
mod error;
mod key_name_cache;
mod keys;
mod length_prefixed_hash;
pub mod passwords;
mod pepper_register;
mod session_lifetimes;
mod store;
mod store_options;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod usage;
mod usage_metrics;

/// The verifying node, which every server has.
pub use chaser_keys_node;
pub use chaser_keys_node::{
    DatabaseClock, DatabaseUrl, ErrorChain, FreshnessUnproven, InvalidDatabaseUrl, Node, NodeError,
    NodeStatus, PepperMismatch, Traffic, TrafficMeter, VerifiedKey, Verifier,
};

pub use accounts::change_password::ChangePasswordOutcome;
pub use accounts::create_user::CreateUserError;
pub use accounts::credentials::Credentials;
pub use accounts::email_address::{EmailAddress, InvalidEmailAddress};
pub use accounts::secret_token::{DeviceToken, MalformedToken, SessionToken};
pub use accounts::sessions::{DashboardSession, OpenedSession};
pub use accounts::sign_in_throttle::{SignInAdmission, SignInAttempt};
pub use accounts::workspace_name::{InvalidWorkspaceName, WorkspaceName};
pub use database::migrations::{
    check_right_to_migrate, pending_migrations, run_migrations, schema_fingerprint,
};
pub use error::{CorruptRow, MigrationError, StorageError};
pub use keys::confirm_secret::ConfirmSecretOutcome;
pub use keys::create_key::CreateKeyError;
pub use keys::idempotency::{IdempotencyKey, InvalidIdempotencyKey};
pub use keys::overview::{
    KeyActivity, KeyFilter, KeyOverview, KeyOverviewPage, KeySort, StatusFilter, Successor,
};
pub use keys::rotate_key::RotateKeyError;
pub use keys::secret_confirmation::SecretConfirmation;
pub use keys::{KeyCreation, StoredKey};
pub use session_lifetimes::SessionLifetimes;
pub use store::Store;
pub use store_options::StoreOptions;
pub use usage::ingest_usage::{IngestUsageError, UsageRecord, UsageSubmission};
pub use usage::monthly_usage::{DayUsage, KeyUsage, MonthlyUsage};
