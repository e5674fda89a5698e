//! The memory that a table's entries stand in.
//!
//! In pages of 2 MiB, where Linux has them to give: of a million entries in pages of 4 KiB the processor would first have
//! to look up, in memory, where the page is, which takes as long as the read itself.

use std::alloc::{Layout, handle_alloc_error};

use memmap2::MmapMut;
use self_cell::{MutBorrow, self_cell};
use zerocopy::FromBytes;

use super::entry::Entry;

type Entries<'a> = &'a [Entry];

self_cell!(
    struct Mapped {
        owner: MutBorrow<MmapMut>,
        #[covariant]
        dependent: Entries,
    }
);

/// As many entries as were asked for, which nobody has taken yet.
pub(super) struct Slots(Mapped);

impl Slots {
    /// `entries` is at least one. Ends the process where memory does not suffice, as every other allocation does.
    #[expect(clippy::expect_used, reason = "pages are aligned for entries, and as long as was asked for")]
    pub(super) fn new(entries: usize) -> Self {
        let bytes = entries.saturating_mul(size_of::<Entry>());
        // Of zeros, which is what an entry that is not taken consists of.
        let memory = MmapMut::map_anon(bytes).unwrap_or_else(|_| handle_alloc_error(Layout::new::<Entry>()));
        // Without large pages it works just as well, only slower.
        #[cfg(target_os = "linux")]
        let _ = memory.advise(memmap2::Advice::HugePage);
        Self(Mapped::new(MutBorrow::new(memory), |memory| {
            <[Entry]>::mut_from_bytes(memory.borrow_mut()).expect("a page holds entries")
        }))
    }
}

impl std::ops::Deref for Slots {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        self.0.borrow_dependent()
    }
}
