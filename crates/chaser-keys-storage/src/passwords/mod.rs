//! Passwords: which ones may be chosen, and how they are hashed.

mod argon2id;
mod hash_permit;
mod hasher;
mod hashing_error;
mod password;

pub use hash_permit::HashPermit;
pub use hasher::PasswordHasher;
pub use hashing_error::HashingError;
pub use password::{Password, PasswordRefusal};
