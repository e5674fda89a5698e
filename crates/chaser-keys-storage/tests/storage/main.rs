//! The store on a real PostgreSQL, a database for each test.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod accounts;
mod answer_losing_proxy;
mod batches;
mod coherence;
mod ended_for_good;
mod faults;
mod key_life;
mod new_keys;
mod overview;
mod peppers;
mod poolers;
mod races;
mod schema_details;
mod secret_confirmation;
mod service_role;
mod support;
mod throttle;
mod tls;
mod usage;
mod usage_reports;
