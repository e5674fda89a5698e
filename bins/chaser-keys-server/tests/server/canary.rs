//! Looking for a secret, in whatever dress it might leak.

/// Something that must not be found anywhere.
#[derive(Debug)]
pub(crate) struct Canary {
    name: String,
    spellings: Vec<String>,
}

impl Canary {
    /// A secret as text: as it is, in hex, in base64 at any offset, and as the numbers of its last bytes.
    pub(crate) fn new(name: &str, secret: &str) -> Self {
        assert!(secret.len() >= 12, "too short to be told from chance");
        let bytes = secret.as_bytes();
        let hex = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let numbers: Vec<String> = bytes[bytes.len() - 12..].iter().map(u8::to_string).collect();
        let mut spellings = vec![secret.to_owned(), hex.to_uppercase(), hex, numbers.join(", ")];
        spellings.extend((0..3).map(|offset| base64(&bytes[offset..])));
        Self { name: name.to_owned(), spellings }
    }

    /// Also this spelling.
    pub(crate) fn or(mut self, spelling: &str) -> Self {
        self.spellings.push(spelling.to_owned());
        self
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.spellings.iter().any(|spelling| text.contains(spelling))
    }

    pub(crate) fn assert_absent(&self, place: &str, text: &str) {
        for spelling in &self.spellings {
            if let Some(position) = text.find(spelling) {
                let line = text[..position].rfind('\n').map_or(0, |start| start + 1);
                let end = text[position..].find('\n').map_or(text.len(), |length| position + length);
                panic!("{} is in {place}: {}", self.name, &text[line..end]);
            }
        }
    }
}

/// Without the last characters, which depend on what follows.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes.chunks_exact(3).flat_map(|group| {
        let number = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        [18, 12, 6, 0].map(|shift| char::from(ALPHABET[(number >> shift) as usize & 63]))
    });
    groups.collect()
}

#[test]
fn a_planted_canary_is_found_in_every_dress() {
    let canary = Canary::new("planted", "correct horse battery");
    let hex = "636f727265637420686f727365206261747465727920";
    for text in [
        "x correct horse battery",
        &hex[..42],
        "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5",
        "[104, 111, 114, 115, 101, 32, 98, 97, 116, 116, 101, 114, 121, 0]",
    ] {
        assert!(canary.is_in(text), "{text}");
    }
    assert!(!canary.is_in("correct horse"));
}
