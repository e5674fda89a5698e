//! Headers that more than one part of the server reads or writes.

pub(crate) mod client_address;
mod fixed_headers;
mod identity;
mod media_type;
mod request_id;

pub(crate) use fixed_headers::{FixedHeaders, NO_STORE};
pub(crate) use identity::identity;
pub(crate) use media_type::is_json;
pub(crate) use request_id::{RequestId, X_REQUEST_ID};
