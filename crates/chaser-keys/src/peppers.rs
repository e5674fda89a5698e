//! The peppers a node holds: the current one, and retired ones whose keys still work.

use alloc::vec::Vec;
use core::error::Error;
use core::str::FromStr;
use core::{fmt, iter, slice};

use zeroize::ZeroizeOnDrop;

use crate::{InvalidPepper, KeyDigest, Pepper, PepperId, PresentedKey, SecretKey};

/// The current pepper, which makes new digests, and the retired ones, which recognise older keys.
///
/// Written as `id:64 hex digits`, comma-separated, the current one first.
///
/// ```
/// use chaser_keys::Peppers;
///
/// let peppers: Peppers = format!("p2:{}, p1:{}", "b2".repeat(32), "a1".repeat(32)).parse()?;
/// assert_eq!(*peppers.current().id(), "p2");
/// assert_eq!(peppers.iter().count(), 2);
/// # Ok::<(), chaser_keys::InvalidPeppers>(())
/// ```
#[derive(Clone, Debug)]
pub struct Peppers {
    current: Pepper,
    retired: Vec<Pepper>,
}

/// A digest and the pepper that made it: what is stored of a key.
///
/// ```
/// use chaser_keys::{PepperedDigest, Peppers, SecretKey};
///
/// let peppers: Peppers = format!("p1:{}", "5a".repeat(32)).parse().unwrap();
/// let secret: SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse()?;
///
/// let PepperedDigest { pepper_id, digest, .. } = peppers.digest_to_store(&secret);
/// let row: (&str, &[u8]) = (pepper_id.as_str(), digest.as_bytes());
/// # assert_eq!((row.0, row.1.len()), ("p1", 32));
/// # Ok::<(), chaser_keys::MalformedKey>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PepperedDigest {
    /// The pepper that made the digest.
    pub pepper_id: PepperId,
    /// The digest under that pepper.
    pub digest: KeyDigest,
}

/// Why a list of peppers cannot be used. No part of the list is repeated but ids.
///
/// ```
/// use chaser_keys::Peppers;
///
/// let twice = format!("p1:{0},p1:{0}", "5a".repeat(32));
/// assert_eq!(
///     twice.parse::<Peppers>().unwrap_err().to_string(),
///     "the pepper id \"p1\" is given twice: give every pepper an id of its own",
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidPeppers {
    /// An entry is no pepper.
    #[non_exhaustive]
    Entry {
        /// Which entry of the list, counted from 1.
        position: usize,
        /// What is wrong with it; also the error's `source`.
        reason: InvalidPepper,
    },
    /// Two entries have the same id, so a digest would not say which one made it.
    DuplicateId(PepperId),
}

/// With the reason, since a list of configuration mistakes shows one line of each.
impl fmt::Display for InvalidPeppers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry { position, reason } => write!(formatter, "pepper {position}: {reason}"),
            Self::DuplicateId(id) => {
                write!(formatter, "the pepper id \"{id}\" is given twice: give every pepper an id of its own")
            }
        }
    }
}

impl Error for InvalidPeppers {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Entry { reason, .. } => Some(reason),
            Self::DuplicateId(_) => None,
        }
    }
}

impl Peppers {
    /// Peppers from their parts; every id must differ.
    ///
    /// # Errors
    /// [`InvalidPeppers::DuplicateId`] names the first id that is given twice.
    ///
    /// ```
    /// use chaser_keys::{InvalidPeppers, Pepper, Peppers};
    ///
    /// let pepper = Pepper::new("p1".parse().unwrap(), &[1; 32]);
    /// let twice = Peppers::new(pepper.clone(), vec![pepper]);
    /// assert!(matches!(twice, Err(InvalidPeppers::DuplicateId(id)) if id.as_str() == "p1"));
    /// ```
    pub fn new(current: Pepper, retired: Vec<Pepper>) -> Result<Self, InvalidPeppers> {
        let peppers = Self { current, retired };
        for (position, pepper) in peppers.iter().enumerate() {
            if peppers.iter().take(position).any(|earlier| earlier.id() == pepper.id()) {
                return Err(InvalidPeppers::DuplicateId(pepper.id().clone()));
            }
        }
        Ok(peppers)
    }

    /// The pepper that new keys are stored under.
    #[must_use]
    pub const fn current(&self) -> &Pepper {
        &self.current
    }

    /// All peppers, the current one first.
    #[must_use]
    pub fn iter(&self) -> PeppersIter<'_> {
        PeppersIter(iter::once(&self.current).chain(&self.retired))
    }

    /// What to store of a new key: its digest under the current pepper.
    ///
    /// ```
    /// # use chaser_keys::{KeyMode, Pepper, Peppers, SecretEntropy, SecretKey};
    /// # let pepper = Pepper::new("p1".parse().unwrap(), &[1; 32]);
    /// let peppers = Peppers::new(pepper, Vec::new()).unwrap();
    /// let secret = SecretKey::from_entropy(KeyMode::Live, SecretEntropy::from_bytes([0; 28]));
    /// assert_eq!(peppers.digest_to_store(&secret).pepper_id, "p1");
    /// ```
    #[must_use]
    pub fn digest_to_store(&self, secret: &SecretKey) -> PepperedDigest {
        PepperedDigest { pepper_id: self.current.id().clone(), digest: self.current.digest_to_store(secret) }
    }

    /// The digests under which a presented key may be stored, each with its pepper's id; the current pepper's first.
    ///
    /// ```
    /// # use chaser_keys::{KeyMode, Pepper, Peppers, SecretEntropy, SecretKey};
    /// # let old = Pepper::new("p1".parse().unwrap(), &[1; 32]);
    /// # let new = Pepper::new("p2".parse().unwrap(), &[2; 32]);
    /// # let secret = SecretKey::from_entropy(KeyMode::Live, SecretEntropy::from_bytes([0; 28]));
    /// let before = Peppers::new(old.clone(), Vec::new()).unwrap();
    /// let after = Peppers::new(new, vec![old]).unwrap();
    /// let stored = before.digest_to_store(&secret);
    /// assert!(after.candidates(&secret).any(|(_, digest)| digest.matches(&stored.digest)));
    /// ```
    pub fn candidates<'a>(
        &'a self,
        presented: impl Into<PresentedKey<'a>>,
    ) -> impl Iterator<Item = (&'a PepperId, KeyDigest)> {
        let presented = presented.into();
        self.iter().map(move |pepper| (pepper.id(), pepper.digest_presented(presented)))
    }
}

/// All peppers of [`Peppers`], the current one first.
#[derive(Clone, Debug)]
pub struct PeppersIter<'a>(iter::Chain<iter::Once<&'a Pepper>, slice::Iter<'a, Pepper>>);

impl<'a> Iterator for PeppersIter<'a> {
    type Item = &'a Pepper;

    fn next(&mut self) -> Option<&'a Pepper> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'a> IntoIterator for &'a Peppers {
    type Item = &'a Pepper;
    type IntoIter = PeppersIter<'a>;

    fn into_iter(self) -> PeppersIter<'a> {
        self.iter()
    }
}

/// Each pepper wipes itself.
impl ZeroizeOnDrop for Peppers {}

impl TryFrom<&str> for Peppers {
    type Error = InvalidPeppers;

    fn try_from(list: &str) -> Result<Self, InvalidPeppers> {
        list.parse()
    }
}

impl FromStr for Peppers {
    type Err = InvalidPeppers;

    fn from_str(list: &str) -> Result<Self, InvalidPeppers> {
        let mut peppers = Vec::new();
        for (index, entry) in list.split(',').enumerate() {
            let parsed = entry.trim().parse::<Pepper>();
            peppers.push(parsed.map_err(|reason| InvalidPeppers::Entry { position: index + 1, reason })?);
        }
        let retired = peppers.split_off(1);
        let current = peppers.remove(0);
        Self::new(current, retired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_list_says_which_entry_is_wrong() {
        let good = "5a".repeat(32);
        let table = [
            (String::new(), InvalidPeppers::Entry { position: 1, reason: InvalidPepper::MissingColon }),
            (
                format!("p1:{good},p2:short"),
                InvalidPeppers::Entry { position: 2, reason: InvalidPepper::InvalidKey },
            ),
            (
                format!("p1:{good},"),
                InvalidPeppers::Entry { position: 2, reason: InvalidPepper::MissingColon },
            ),
            (format!("p1:{good},p1:{good}"), InvalidPeppers::DuplicateId("p1".parse().unwrap())),
        ];
        for (list, expected) in table {
            assert_eq!(list.parse::<Peppers>().unwrap_err(), expected);
        }
    }

    #[test]
    fn the_reason_is_kept_as_the_source() {
        let error = "p1:short".parse::<Peppers>().unwrap_err();
        assert_eq!(error.source().unwrap().downcast_ref(), Some(&InvalidPepper::InvalidKey));
    }
}
