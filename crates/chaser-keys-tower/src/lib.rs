#![doc = include_str!("../README.md")]

mod grpc;
mod layer;
mod refusal_body;
mod require_key;

pub use layer::RequireKeyLayer;
pub use refusal_body::ResponseBody;
pub use require_key::RequireKey;
