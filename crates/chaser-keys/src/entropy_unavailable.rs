//! The one failure that is not the input's fault.

use core::error::Error;
use core::fmt;

/// The operating system's generator returned nothing. No key can be issued.
///
/// Do not work around it: a key from weaker entropy is worse than none. With the feature `std`, the source is
/// getrandom's error, which has the system's code.
///
/// ```
/// use chaser_keys::{EntropyUnavailable, SecretEntropy};
///
/// fn fresh() -> Result<SecretEntropy, EntropyUnavailable> {
///     SecretEntropy::from_operating_system()
/// }
/// # assert!(fresh().is_ok());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EntropyUnavailable {
    source: getrandom::Error,
}

impl From<getrandom::Error> for EntropyUnavailable {
    fn from(source: getrandom::Error) -> Self {
        Self { source }
    }
}

impl fmt::Display for EntropyUnavailable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "the operating system's random generator is unavailable: no key can be issued until it works",
        )
    }
}

impl Error for EntropyUnavailable {
    #[cfg(feature = "std")]
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_what_getrandom_said() {
        let error = EntropyUnavailable::from(getrandom::Error::UNSUPPORTED);
        let source = error.source().unwrap();
        assert_eq!(source.downcast_ref(), Some(&getrandom::Error::UNSUPPORTED));
    }
}
