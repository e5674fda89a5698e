//! The memory that a table's entries stand in.
//!
//! In pages of 2 MiB where Linux offers them: with a million entries in pages of 4 KiB, the processor has to read the page
//! table from memory first, which takes as long as the read itself (`docs/decisions/2026-11-27-huge-pages.md`).

use std::alloc::{Layout, handle_alloc_error};

use memmap2::MmapMut;
use self_cell::{MutBorrow, self_cell};
use zerocopy::FromBytes;

use super::entry::Entry;

/// Bytes of the smallest page there is.
const SMALL_PAGE: usize = 4096;

type Entries<'a> = &'a [Entry];

self_cell!(
    struct Mapped {
        owner: MutBorrow<MmapMut>,
        #[covariant]
        dependent: Entries,
    }
);

/// The entries of a table, all zero at first.
pub(super) struct Slots(Mapped);

impl Slots {
    /// `entries` is at least one. Ends the process where memory does not suffice, as every other allocation does.
    #[expect(clippy::expect_used, reason = "no machine has that much memory; pages are aligned for entries")]
    pub(super) fn new(entries: usize) -> Self {
        let layout = Layout::array::<Entry>(entries).expect("fewer bytes than there are addresses");
        // Zeroed, as a free entry is.
        let mut memory = MmapMut::map_anon(layout.size()).unwrap_or_else(|_| handle_alloc_error(layout));
        // Without large pages everything works, only slower.
        #[cfg(target_os = "linux")]
        let _ = memory.advise(memmap2::Advice::HugePage);
        // Write every page before it is read: memory that is read first gets a shared page of zeros, which many kernels
        // later replace by small pages.
        memory.iter_mut().step_by(SMALL_PAGE).for_each(|byte| *byte = 0);
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
