//! Headers that more than one part of the server reads or writes.

mod announced_body;
pub(crate) mod client_address;
mod cookie_pairs;
mod fixed_headers;
mod hyphenated;
mod identity;
mod media_type;
mod request_id;

pub(crate) use announced_body::announces_body;
pub(crate) use cookie_pairs::{cookie_pairs, name_and_value};
pub(crate) use fixed_headers::{FixedHeaders, NO_STORE};
pub(crate) use hyphenated::hyphenated;
pub(crate) use identity::identity;
pub(crate) use media_type::is_json;
pub(crate) use request_id::{RequestId, X_REQUEST_ID};
