//! Forms: `application/x-www-form-urlencoded`, 16 KiB at most, every field known and given once.

mod fields;
mod form_body;
mod problem;

pub(super) use fields::Fields;
pub(super) use form_body::{Form, FormBody, NoFields};
pub(super) use problem::Problem;
