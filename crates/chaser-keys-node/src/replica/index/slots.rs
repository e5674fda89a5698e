//! The memory that a table's entries stand in.
//!
//! In pages of 2 MiB, where Linux has them to give: with a million entries in pages of 4 KiB the processor first has to
//! look up, in memory, where the page is, which takes as long as the read itself.

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

/// As many entries as were asked for, which nobody has taken yet.
pub(super) struct Slots(Mapped);

impl Slots {
    /// `entries` is at least one. Ends the process where memory does not suffice, as every other allocation does.
    #[expect(clippy::expect_used, reason = "no machine has that much memory; pages are aligned for entries")]
    pub(super) fn new(entries: usize) -> Self {
        let layout = Layout::array::<Entry>(entries).expect("fewer bytes than there are addresses");
        // Of zeros, which is what an entry that is not taken consists of.
        let mut memory = MmapMut::map_anon(layout.size()).unwrap_or_else(|_| handle_alloc_error(layout));
        // Without large pages it works just as well, only slower.
        #[cfg(target_os = "linux")]
        let _ = memory.advise(memmap2::Advice::HugePage);
        // Written before it is read: what is read first gets a shared page of zeros, in whose place many kernels put
        // small pages later.
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
