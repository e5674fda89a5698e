//! Traffic: sessions, and bytes each way.

/// Sessions, and the bytes of bodies.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Traffic {
    /// Sessions of the API, as services count them.
    pub sessions: u64,
    /// Bytes towards the API.
    pub bytes_up: u64,
    /// Bytes from the API.
    pub bytes_down: u64,
}

impl Traffic {
    /// The maximum of each count for one key and day: 2^53 − 1, the largest integer that every JSON parser reads exactly.
    pub const MAX: u64 = (1 << 53) - 1;

    /// Bytes both ways.
    #[must_use]
    pub const fn bytes_total(&self) -> u64 {
        self.bytes_up.saturating_add(self.bytes_down)
    }

    /// Whether all of it is zero.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The sum of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            sessions: self.sessions.saturating_add(other.sessions),
            bytes_up: self.bytes_up.saturating_add(other.bytes_up),
            bytes_down: self.bytes_down.saturating_add(other.bytes_down),
        }
    }
}

impl std::iter::Sum for Traffic {
    fn sum<I: Iterator<Item = Self>>(traffic: I) -> Self {
        traffic.fold(Self::default(), Self::plus)
    }
}
