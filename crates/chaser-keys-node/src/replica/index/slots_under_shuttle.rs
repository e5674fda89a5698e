//! The memory of a table under shuttle, whose atomics are no plain words and cannot lie in mapped memory.

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
