//! When something happens is left to chance.

use std::time::Duration;

/// A whole number below a bound.
pub(crate) fn below(bound: usize) -> usize {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).unwrap();
    usize::try_from(u32::from_le_bytes(bytes)).unwrap() % bound
}

/// A time up to so long.
pub(crate) fn up_to(longest: Duration) -> Duration {
    Duration::from_micros(below(usize::try_from(longest.as_micros()).unwrap()).try_into().unwrap())
}
