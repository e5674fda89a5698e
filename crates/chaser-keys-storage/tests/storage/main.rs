//! The store on a real PostgreSQL, a database for each test.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod accounts;
mod answer_losing_proxy;
mod batches;
mod coherence;
mod definer_rights;
mod ended_for_good;
mod faults;
mod flood;
mod key_life;
mod new_keys;
mod overview;
mod pepper_announcements;
mod peppers;
mod poolers;
mod races;
mod schema_details;
mod secret_confirmation;
mod server_role;
mod service_role;
mod support;
mod throttle;
mod tls;
mod usage;
mod usage_deadlocks;
mod usage_reports;
