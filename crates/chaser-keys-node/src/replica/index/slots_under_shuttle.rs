//! The memory that a table's entries stand in, when shuttle's atomics stand in for the real ones: they are no plain words.

use super::entry::Entry;

pub(super) struct Slots(Box<[Entry]>);

impl Slots {
    pub(super) fn new(entries: usize) -> Self {
        Self((0..entries).map(|_| Entry::default()).collect())
    }
}

impl std::ops::Deref for Slots {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.0
    }
}
