//! Request bodies: JSON objects of at most 16 KiB, read in time, and refused without repeating them.

mod explanation;
pub(crate) mod field;
mod json_body;
mod json_object;
mod media_type;
mod reading;

pub(crate) use json_body::{JsonBody, NoFields, OptionalJsonBody};
pub(crate) use reading::read as read_body;
