//! The API as its users meet it: a real server on a real socket, a real PostgreSQL database for each test.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod authorize_and_verify;
mod bearer_keys;
mod bodies;
mod canary;
mod cross_site;
mod crowded_pool;
mod dashboard;
mod database_outage;
mod document;
mod fast_path;
mod health;
mod idempotency;
mod key_life;
mod malformed_requests;
mod matrix;
mod mixed_requests;
mod old_key_use;
mod pass_through;
mod pipelining;
mod races;
mod responses;
mod same_answers;
mod same_verdicts;
mod sessions;
mod sign_in;
mod slow_clients;
mod stopping;
mod support;
mod usage_reports;
