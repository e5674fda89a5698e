//! The real program as a child process, on a real PostgreSQL.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod canary;
mod cold_start;
mod commands;
mod database;
mod dump;
mod failures;
mod full_disk;
mod http;
mod leaks;
mod outage;
mod process;
mod running_server;
mod settings;
mod small_disk;
mod stopping;
