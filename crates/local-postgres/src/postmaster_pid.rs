//! `postmaster.pid`: the file in which a server says who and how far it is.

use std::fs;
use std::path::{Path, PathBuf};

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PostmasterPid {
    pub(crate) pid: u32,
    pub(crate) ready: bool,
}

impl PostmasterPid {
    pub(crate) fn path(data: &Path) -> PathBuf {
        data.join("postmaster.pid")
    }

    /// `None` when there is no such file, or not all of its first line yet.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(Self::path(data)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let ready = lines.nth(6).is_some_and(|status| status.trim() == "ready");
        Some(Self { pid, ready })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eighth_line_says_when_it_is_ready() {
        let seven = "4711\n/data\n1700000000\n5432\n/socket\n\n  5432001    32768\n";
        assert_eq!(PostmasterPid::parse(seven), Some(PostmasterPid { pid: 4711, ready: false }));
        assert!(!PostmasterPid::parse(&format!("{seven}starting\n")).unwrap().ready);
        assert!(PostmasterPid::parse(&format!("{seven}ready   \n")).unwrap().ready);
        assert_eq!(PostmasterPid::parse(""), None);
    }
}
