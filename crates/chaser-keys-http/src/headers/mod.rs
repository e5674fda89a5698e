//! Headers that more than one part of the server reads or writes.

pub(crate) mod client_address;
mod fixed_headers;
mod identity;
mod request_id;

pub(crate) use fixed_headers::{FixedHeaders, NO_STORE};
pub(crate) use identity::identity;
pub(crate) use request_id::{RequestId, X_REQUEST_ID};
