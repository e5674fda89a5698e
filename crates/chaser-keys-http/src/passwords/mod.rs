//! Passwords: which ones may be chosen, and how they are kept.

mod giving_way;
mod hasher;
mod password;

pub use hasher::{HashingError, PasswordHasher, Turn};
pub use password::{Password, PasswordRefusal};
