//! The real program as a child process, with a PostgreSQL of its own.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod calls;
mod database;
mod process;
mod up;
