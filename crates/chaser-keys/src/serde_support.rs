//! `serde` for values that may be written down. Secrets, digests and peppers have none on purpose.
//!
//! What is read passes the same checks as anywhere else, and no error repeats a string: it may be a secret in the
//! wrong field.

mod id;
mod key_status;
mod number;
mod text;
