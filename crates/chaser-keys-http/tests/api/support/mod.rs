//! What the tests speak with: the server under test, its answers, and raw sockets.

mod answer;
mod log;
mod raw;
mod test_app;

pub(crate) use answer::Answer;
pub(crate) use log::captured_log;
pub(crate) use raw::{RawAnswer, RawConnection, answers_of};
pub(crate) use test_app::{CreatedKey, Person, TestApp, calls, eventually};
