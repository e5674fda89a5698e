#![doc = include_str!("../README.md")]

mod accounts;
mod background;
mod database;
mod error;
mod keys;
mod pepper_register;
mod replica;
mod store;
mod usage;
mod verification;

pub use accounts::create_user::CreateUserError;
pub use accounts::credentials::Credentials;
pub use accounts::email_address::{EmailAddress, InvalidEmailAddress};
pub use accounts::secret_token::{DeviceToken, MalformedToken, SessionToken};
pub use accounts::session_lifetimes::SessionLifetimes;
pub use accounts::sessions::{OpenedSession, Session};
pub use accounts::sign_in_throttle::{SignInAdmission, SignInAttempt};
pub use accounts::workspace_name::{InvalidWorkspaceName, WorkspaceName};
pub use chaser_keys_service::{FreshnessUnproven, VerifiedKey};
pub use database::clock::DatabaseClock;
pub use database::migrations::{
    MigrationError, check_right_to_migrate, pending_migrations, run_migrations, schema_fingerprint,
};
pub use database::url::{DatabaseUrl, InvalidDatabaseUrl};
pub use error::{CorruptRow, StorageError};
pub use keys::create_key::CreateKeyError;
pub use keys::idempotency::{IdempotencyKey, InvalidIdempotencyKey};
pub use keys::overview::filter::{KeyFilter, KeySort, StatusFilter};
pub use keys::overview::{KeyActivity, KeyOverview, KeyOverviewPage, Successor};
pub use keys::rotate_key::RotateKeyError;
pub use keys::{KeyCreation, StoredKey};
pub use pepper_register::PepperMismatch;
pub use replica::status::ReplicaStatus;
pub use store::{Store, StoreOptions};
pub use usage::report::{DayUsage, KeyUsage, UsageReport};
pub use usage::report_usage::{ReportOutcome, ReportUsageError, ReportedUsage};
pub use usage::traffic::Traffic;
pub use usage::traffic_meter::TrafficMeter;
pub use verification::Verifier;
