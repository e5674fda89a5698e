//! Hop-by-hop headers: they are not forwarded.

/// RFC 9110 §7.6.1, and headers that older clients use likewise.
const ALWAYS: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The hop-by-hop headers of one message: those, and the ones that its `Connection` header names.
pub(super) struct HopByHop(Vec<String>);

impl HopByHop {
    /// From the values of its `Connection` headers.
    pub(super) fn of<'value>(connection: impl Iterator<Item = &'value [u8]>) -> Self {
        let named = connection.flat_map(|value| value.split(|byte| *byte == b','));
        Self(named.map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase()).collect())
    }

    /// Takes a name in lower case.
    pub(super) fn includes(&self, name: &str) -> bool {
        ALWAYS.contains(&name) || self.0.iter().any(|named| named == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_connection_names_ends_here_too() {
        let values: [&[u8]; 2] = [b"close, X-Trace ,", b"te"];
        let hop = HopByHop::of(values.into_iter());
        for name in ["connection", "upgrade", "x-trace", "close", "te"] {
            assert!(hop.includes(name), "{name}");
        }
        assert!(!hop.includes("accept"));
    }
}
