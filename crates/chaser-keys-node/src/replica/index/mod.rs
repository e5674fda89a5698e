//! The keys in memory: digest → key. One writer, any number of readers, no locks and no allocation to read.
//!
//! | file | idea |
//! |---|---|
//! | `key_index.rs` | all tables of keys, searched in the order of their age |
//! | `table.rs` | open addressing: a key's slot is where its digest says, or a few slots further on |
//! | `entry.rs` | one key in 64 bytes, a line of the processor's cache |
//! | `slots.rs` | the memory of a table, in pages of 2 MiB |
//! | `requests.rs`, `dirty_bits.rs` | counting requests in the entries, and finding the entries that were counted in |

mod dirty_bits;
mod entry;
mod key_index;
mod requests;
#[cfg_attr(feature = "shuttle", path = "slots_under_shuttle.rs")]
mod slots;
mod table;

pub(crate) use entry::IndexedKey;
pub(crate) use key_index::{Found, Index};
pub(crate) use requests::KeyRequests;
