//! The store on a real PostgreSQL, a database for each test.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod accounts;
mod answer_losing_proxy;
mod coherence;
mod ended_for_good;
mod faults;
mod key_life;
mod overview;
mod peppers;
mod poolers;
mod races;
mod schema_details;
mod service_role;
mod support;
mod throttle;
mod tls;
mod together;
mod usage;
mod usage_reports;
