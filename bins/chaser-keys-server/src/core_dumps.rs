//! A core dump would hold peppers, session tokens and keys: there is none.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Forbids core dumps of this process; on Linux also reading its memory and environment by other processes
/// of the same user. The limit alone would not do: it does not hold for a `core_pattern` that is a pipe.
pub(crate) fn forbid() {
    // Lowering one's own limit cannot fail, and if it did, serving without would still be right.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
