//! Request bodies: JSON objects and forms of at most 16 KiB, read in time, refused without repeating them.

mod explanation;
pub(crate) mod field;
mod form_body;
mod json_body;
mod json_object;
mod media_type;
mod reading;

pub(crate) use form_body::FormBody;
pub(crate) use json_body::{JsonBody, NoFields, OptionalJsonBody};
pub(crate) use reading::read as read_body;
