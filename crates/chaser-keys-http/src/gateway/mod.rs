//! For what stands before other APIs: proxies that ask about each request (`authorize.rs`; good keys in `express.rs`),
//! and services in any language that ask about a key (`verify.rs`) and report what they carried for it
//! (`report_usage.rs`). Internal listener only: whoever reaches it can try keys.

pub(crate) mod authorize;
pub(crate) mod express;
mod http_date;
mod hyphenated;
mod plain_request;
pub(crate) mod report_usage;
pub(crate) mod verify;
