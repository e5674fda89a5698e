//! Generated keys are unique, uniform and well-formed (K1); what is not canonical is refused (K2); no error
//! and no `Debug` tells a secret.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::fmt::Debug;
use std::thread;

use chaser_keys::{
    ApiKey, DisplayPrefix, GracePeriod, KeyDigest, KeyId, KeyMode, KeyName, NewApiKey, Pepper, PepperId,
    Peppers, PresentedKey, SecretEntropy, SecretKey, UsageBatchId, UserId, WorkspaceId,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use time::OffsetDateTime;
use uuid::Uuid;
use zeroize::ZeroizeOnDrop;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DOCUMENTED: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

/// Which of the 64 characters a byte is.
const SYMBOL: [Option<u8>; 256] = {
    let mut table = [None; 256];
    let mut symbol = 0;
    while symbol < 64 {
        table[ALPHABET[symbol as usize] as usize] = Some(symbol);
        symbol += 1;
    }
    table
};

fn symbols(body: &str) -> Vec<u8> {
    body.bytes().map(|byte| SYMBOL[usize::from(byte)].expect("base64url")).collect()
}

fn generate(mode: KeyMode) -> SecretKey {
    SecretKey::from_entropy(mode, SecretEntropy::from_operating_system().expect("a working generator"))
}

fn modes() -> impl Strategy<Value = KeyMode> {
    select(&KeyMode::ALL)
}

fn secrets() -> impl Strategy<Value = SecretKey> {
    (modes(), any::<[u8; 28]>())
        .prop_map(|(mode, bytes)| SecretKey::from_entropy(mode, SecretEntropy::from_bytes(bytes)))
}

// ---- K1: a million keys. ----

/// How often each of the 64 characters stands at each of the positions that hold six random bits.
struct Census([[u32; 64]; Self::POSITIONS]);

impl Census {
    /// 224 bits fill 37 characters; the 38th shares its six with the checksum.
    const POSITIONS: usize = SecretEntropy::BYTES * 8 / 6;
    /// With 63 degrees of freedom chi-square exceeds 180 with probability 3.4e-13, so one of 37 positions
    /// does with 1.3e-11: one false alarm in 80 billion runs.
    const LIMIT: f64 = 180.0;

    fn new() -> Self {
        Self([[0; 64]; Self::POSITIONS])
    }

    fn count(&mut self, symbols: &[u8]) {
        for (position, symbol) in self.0.iter_mut().zip(symbols) {
            position[usize::from(*symbol)] += 1;
        }
    }

    fn add(&mut self, other: &Self) {
        for (count, more) in self.0.as_flattened_mut().iter_mut().zip(other.0.as_flattened()) {
            *count += more;
        }
    }

    fn worst_chi_square(&self) -> f64 {
        self.0.iter().map(chi_square).fold(0.0, f64::max)
    }
}

fn chi_square(observed: &[u32; 64]) -> f64 {
    let expected = f64::from(observed.iter().sum::<u32>()) / 64.0;
    observed.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

/// Makes keys, checks the form of each, and returns the first 126 bits of each with the census of all.
fn make_and_check(keys: usize) -> (Vec<u128>, Census) {
    let mut census = Census::new();
    let mut beginnings = Vec::with_capacity(keys);
    for number in 0..keys {
        let mode = if number % 2 == 0 { KeyMode::Live } else { KeyMode::Test };
        let secret = generate(mode);
        let body = secret.expose().strip_prefix(mode.secret_prefix()).expect("the mode's prefix");
        assert_eq!(body.len(), 43);
        let symbols = symbols(body);
        census.count(&symbols);
        beginnings.push(symbols[..21].iter().fold(0, |bits, symbol| bits << 6 | u128::from(*symbol)));

        let parsed: SecretKey = secret.expose().parse().expect("a generated key parses");
        assert_eq!(parsed.mode(), mode);
        assert!(parsed.has_valid_checksum());
    }
    (beginnings, census)
}

#[test]
fn a_million_keys_are_unique_uniform_and_well_formed() {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let mut beginnings = HashSet::with_capacity(1_000_000 + threads);
    let mut census = Census::new();
    thread::scope(|scope| {
        let share = 1_000_000_usize.div_ceil(threads);
        let makers: Vec<_> = (0..threads).map(|_| scope.spawn(move || make_and_check(share))).collect();
        for maker in makers {
            let (more, counted) = maker.join().expect("every key is well-formed");
            census.add(&counted);
            // Equal keys are equal in 126 of their bits; different ones are not, but once in 10^26 runs.
            assert!(more.into_iter().all(|bits| beginnings.insert(bits)), "a key was made twice");
        }
    });
    assert!(beginnings.len() >= 1_000_000);
    let worst = census.worst_chi_square();
    assert!(worst < Census::LIMIT, "characters are not uniform: chi-square {worst:.1}");
}

/// What the census says of 100,000 keys, a tenth of what the real test looks at, from another generator.
fn worst_of(mut random_symbols: impl FnMut(&[u8]) -> Vec<u8>) -> f64 {
    let mut census = Census::new();
    let mut bytes = [0; 64];
    for _ in 0..100_000 {
        getrandom::fill(&mut bytes).expect("a working generator");
        census.count(&random_symbols(&bytes));
    }
    census.worst_chi_square()
}

#[test]
fn the_census_catches_biased_generators_and_no_fair_one() {
    let fair = worst_of(|bytes| bytes.iter().map(|byte| byte % 64).collect());
    assert!(fair < Census::LIMIT, "{fair}");

    let letters_and_digits = worst_of(|bytes| bytes.iter().map(|byte| byte % 62).collect());
    assert!(letters_and_digits > Census::LIMIT, "{letters_and_digits}");

    // Every character occurs: most four times in 256, six of them five times, six three times.
    let modulo_bias = worst_of(|bytes| bytes.iter().map(|byte| byte % 250 % 64).collect());
    assert!(modulo_bias > Census::LIMIT, "{modulo_bias}");

    // Only the 37th character is unfair: half of its underscores became an A.
    let one_position = worst_of(|bytes| {
        let mut symbols: Vec<u8> = bytes.iter().map(|byte| byte % 64).collect();
        if symbols[36] == 63 && bytes[63] < 128 {
            symbols[36] = 0;
        }
        symbols
    });
    assert!(one_position > Census::LIMIT, "{one_position}");
}

// ---- Parsing: what is a key, and what is not. ----

#[test]
fn the_documented_examples_are_what_they_are_documented_to_be() {
    let secret: SecretKey = DOCUMENTED.parse().expect("the documented key parses");
    assert_eq!((secret.expose(), secret.mode()), (DOCUMENTED, KeyMode::Live));
    assert!(!secret.has_valid_checksum(), "it came before the checksum and must work nevertheless");
    for prefix in ["cha_live_qMRiH5q", "cha_live_FX5sbg_"] {
        assert_eq!(prefix.parse::<DisplayPrefix>().expect(prefix).as_str(), prefix);
    }
    for id in ["68c58c43-dafc-433c-9d19-3719ab740159", "a09de99c-8566-4dc3-a056-afdab41c0831"] {
        assert_eq!(id.parse::<KeyId>().expect(id).to_string(), id);
    }
    for name in ["production", "production-scraper", "ci-e2e", "staging-monitor"] {
        assert_eq!(name.parse::<KeyName>().expect(name).as_str(), name);
    }
    assert_eq!(GracePeriod::default().days(), 7);
}

/// Whether anyone could take this text for a key that Chaser issued.
fn passes_for_issued(text: &str) -> bool {
    text.parse::<SecretKey>().is_ok_and(|secret| secret.has_valid_checksum())
}

#[test]
fn every_substitution_of_a_single_character_is_noticed() {
    let secret = SecretKey::from_entropy(KeyMode::Live, SecretEntropy::from_bytes([0x5a; 28]));
    assert!(passes_for_issued(secret.expose()));
    for position in 0..SecretKey::LENGTH {
        for typo in (0..=0x7f_u8).map(char::from).chain(['é', '🔑']) {
            let mut text = secret.expose().to_owned();
            text.replace_range(position..=position, typo.encode_utf8(&mut [0; 4]));
            assert!(!passes_for_issued(&text) || text == secret.expose(), "{typo:?} at {position}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_exposed_key_parses_to_itself(secret in secrets()) {
        let parsed: SecretKey = secret.expose().parse()?;
        prop_assert_eq!(parsed.expose(), secret.expose());
        prop_assert_eq!(parsed.mode(), secret.mode());
        prop_assert_eq!(parsed.display_prefix(), secret.display_prefix());
        prop_assert!(secret.expose().starts_with(parsed.display_prefix().as_str()));
        prop_assert!(parsed.has_valid_checksum());
    }

    #[test]
    fn a_key_without_checksum_parses_too(mode in modes(), payload in any::<[u8; 32]>()) {
        let text = [mode.secret_prefix(), &base64url(&payload)].concat();
        let secret: SecretKey = text.parse()?;
        prop_assert_eq!(secret.expose(), text);
    }

    /// K2. The last character holds four bits; three others differ from it in the two spare ones alone.
    #[test]
    fn the_last_characters_three_variants_are_refused(secret in secrets()) {
        let (rest, last) = secret.expose().split_at(SecretKey::LENGTH - 1);
        let canonical = symbols(last)[0];
        prop_assert_eq!(canonical % 4, 0);
        for spare_bits in 1..=3 {
            let mut variant = rest.to_owned();
            variant.push(char::from(ALPHABET[usize::from(canonical | spare_bits)]));
            prop_assert!(variant.parse::<SecretKey>().is_err());
        }
    }

    /// A false alarm has a chance of 2⁻³² for each key tried.
    #[test]
    fn a_substitution_in_any_key_is_noticed(
        secret in secrets(),
        position in 9..SecretKey::LENGTH,
        typo in select(ALPHABET.as_slice()),
    ) {
        let mut text = secret.expose().to_owned();
        text.replace_range(position..=position, char::from(typo).encode_utf8(&mut [0; 4]));
        prop_assert!(!passes_for_issued(&text) || text == secret.expose());
    }

    #[test]
    fn a_key_of_one_mode_does_not_pass_for_one_of_the_other(secret in secrets()) {
        let other = if secret.mode() == KeyMode::Live { KeyMode::Test } else { KeyMode::Live };
        let body = &secret.expose()[secret.mode().secret_prefix().len()..];
        prop_assert!(!passes_for_issued(&[other.secret_prefix(), body].concat()));
    }
}

/// RFC 4648 §5 without padding, bit by bit: a second implementation to hold against the first.
fn base64url(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let symbols =
        bits.chunks(6).map(|six| (0..6).fold(0, |symbol, bit| symbol << 1 | six.get(bit).unwrap_or(&0)));
    symbols.map(|symbol: u8| char::from(ALPHABET[usize::from(symbol)])).collect()
}

// ---- Errors: no input is too strange, and none is repeated. ----

/// What each type of the crate says when it refuses the text.
fn refusals(text: &str) -> Vec<String> {
    macro_rules! refusals_of {
        ($($type:ty),+) => { [$(text.parse::<$type>().err().map(|error| format!("{error} {error:?}"))),+] };
    }
    let refusals = refusals_of!(
        DisplayPrefix,
        KeyId,
        KeyMode,
        KeyName,
        Pepper,
        PepperId,
        Peppers,
        SecretKey,
        UsageBatchId,
        UserId,
        WorkspaceId
    );
    refusals.into_iter().flatten().chain(refusals_of_json(text)).collect()
}

/// What each type of the crate says when it refuses the text as a JSON string.
#[cfg(feature = "serde")]
fn refusals_of_json(text: &str) -> Vec<String> {
    use chaser_keys::{Expiry, KeyStatus};

    let json = serde_json::Value::from(text);
    macro_rules! refusals_of {
        ($($type:ty),+) => { [$(serde_json::from_value::<$type>(json.clone()).err()),+] };
    }
    let refusals = refusals_of!(
        DisplayPrefix,
        Expiry,
        GracePeriod,
        KeyId,
        KeyMode,
        KeyName,
        KeyStatus,
        PepperId,
        UsageBatchId,
        UserId,
        WorkspaceId
    );
    refusals.into_iter().flatten().map(|error| format!("{error} {error:?}")).collect()
}

#[cfg(not(feature = "serde"))]
fn refusals_of_json(_text: &str) -> Vec<String> {
    Vec::new()
}

const CANARY: &str = "Zq7xV2kW9";

/// Texts that some type accepts, so that what differs in a place or two goes deep before it is refused.
fn valid_texts() -> impl Strategy<Value = String> {
    let pepper = "5a".repeat(32);
    select(vec![
        DOCUMENTED.to_owned(),
        DOCUMENTED[..16].to_owned(),
        "68c58c43-dafc-433c-9d19-3719ab740159".to_owned(),
        "production-scraper".to_owned(),
        "live".to_owned(),
        format!("p1:{pepper}"),
        format!("p2:{pepper}, p1:{pepper}"),
    ])
}

/// A valid text with the canary and a strange character somewhere in it, instead of what stood there or not.
fn spoilt_texts() -> impl Strategy<Value = String> {
    (valid_texts(), any::<[Index; 2]>(), any::<char>(), any::<bool>()).prop_map(
        |(valid, places, strange, in_place)| {
            let mut text = valid;
            for (place, piece) in places.iter().zip([CANARY, strange.encode_utf8(&mut [0; 4])]) {
                let boundaries: Vec<_> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
                let start = *place.get(&boundaries);
                let reached = |at: &&usize| **at >= (start + piece.len()).min(text.len());
                let end =
                    if in_place { boundaries.iter().find(reached).map_or(start, |at| *at) } else { start };
                text.replace_range(start..end, piece);
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic(text in any::<String>()) {
        refusals(&text);
    }

    #[test]
    fn no_refusal_repeats_a_strange_text(before in any::<String>(), after in any::<String>()) {
        for refusal in refusals(&[&before, CANARY, &after].concat()) {
            prop_assert!(!refusal.contains(CANARY), "{}", refusal);
        }
    }

    #[test]
    fn no_refusal_repeats_an_almost_valid_text(text in spoilt_texts()) {
        for refusal in refusals(&text).into_iter().filter(|_| text.contains(CANARY)) {
            prop_assert!(!refusal.contains(CANARY), "{}", refusal);
        }
    }
}

// ---- Debug: redacted, whatever holds the secret. ----

/// Whether a `Debug` output tells some of these bytes, as numbers or as hex digits.
fn tells_bytes(value: &impl Debug, bytes: &[u8]) -> bool {
    let output = squeezed(value).to_lowercase();
    bytes.windows(4).any(|four| {
        let [a, b, c, d] = [four[0], four[1], four[2], four[3]];
        output.contains(&format!("{a},{b},{c},{d}"))
            || output.contains(&format!("{a:02x}{b:02x}{c:02x}{d:02x}"))
            || output.contains(&format!("{a:02x},{b:02x},{c:02x},{d:02x}"))
    })
}

/// Whether a `Debug` output tells eight neighbouring characters of a secret that its display prefix does not.
fn tells_secret(value: &impl Debug, secret: &SecretKey) -> bool {
    let (output, text) = (squeezed(value), secret.expose());
    (DisplayPrefix::LENGTH - 7..=SecretKey::LENGTH - 8).any(|start| output.contains(&text[start..start + 8]))
}

/// Both forms of the `Debug` output, without white space.
fn squeezed(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}").split_whitespace().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn debug_tells_no_secret(mode in modes(), bytes in any::<[u8; 28]>(), pepper_bytes in any::<[u8; 32]>()) {
        let id = Uuid::nil();
        let new = NewApiKey::new(id.into(), id.into(), "ci".parse()?, mode);
        let entropy = || SecretEntropy::from_bytes(bytes);
        prop_assert!(!tells_bytes(&entropy(), &bytes));

        let issued = ApiKey::issue(new, entropy(), OffsetDateTime::UNIX_EPOCH);
        let rotation = issued.key.rotate(issued.key.id, entropy(), GracePeriod::NONE, OffsetDateTime::UNIX_EPOCH)?;
        prop_assert!(!tells_secret(&issued.secret, &issued.secret));
        prop_assert!(!tells_bytes(&issued.secret, &bytes));
        prop_assert!(!tells_secret(&issued, &issued.secret));
        prop_assert!(!tells_secret(&rotation, &issued.secret));

        let pepper = Pepper::new("p1".parse()?, &pepper_bytes);
        let peppers = Peppers::new(pepper.clone(), Vec::new())?;
        let stored = peppers.digest_to_store(&issued.secret);
        prop_assert!(!tells_bytes(&pepper, &pepper_bytes));
        prop_assert!(!tells_bytes(&peppers, &pepper_bytes));
        prop_assert!(!tells_bytes(&stored.digest, stored.digest.as_bytes()));
        prop_assert!(!tells_bytes(&stored, stored.digest.as_bytes()));
    }

    /// The two questions above can be answered with yes.
    #[test]
    fn a_derived_debug_would_be_noticed(secret in secrets(), bytes in any::<[u8; 28]>()) {
        #[derive(Debug)]
        #[expect(dead_code, reason = "read by Debug")]
        struct Careless<'a>(&'a str, [u8; 28]);

        let careless = Careless(secret.expose(), bytes);
        prop_assert!(tells_secret(&careless, &secret));
        prop_assert!(tells_bytes(&careless, &bytes));
    }
}

// ---- What a secret cannot do is not there to be called. ----

/// Fails to compile if the type has the trait: two implementations would then fit, and none be chosen.
macro_rules! lacks {
    ($type:ty: $($trait:path),+) => {$(
        const _: fn() = || {
            trait Lacks<Marker> { fn it() {} }
            struct Has;
            impl<T> Lacks<()> for T {}
            impl<T: $trait> Lacks<Has> for T {}
            <$type as Lacks<_>>::it();
        };
    )+};
}

lacks!(SecretKey: Clone, PartialEq, PartialEq<str>, AsRef<str>, std::borrow::Borrow<str>, PartialOrd, std::fmt::Display, std::hash::Hash);
lacks!(SecretEntropy: Clone, PartialEq, PartialOrd, std::fmt::Display, std::hash::Hash);
lacks!(PresentedKey<'static>: PartialEq, PartialEq<str>, PartialOrd, AsRef<str>, std::fmt::Display, std::hash::Hash);
lacks!(Pepper: PartialEq, PartialOrd, std::fmt::Display, std::hash::Hash);
lacks!(KeyDigest: PartialEq, PartialOrd, std::fmt::Display, std::hash::Hash);

/// A service can demand of a secret that it wipes itself.
const _: fn() = || {
    fn is_wiped<T: ZeroizeOnDrop>() {}
    is_wiped::<SecretKey>();
    is_wiped::<SecretEntropy>();
    is_wiped::<Pepper>();
    is_wiped::<Peppers>();
};

#[cfg(feature = "serde")]
mod secrets_are_never_serialized {
    use serde_core::{Deserialize, Serialize};

    use super::*;

    lacks!(PresentedKey<'static>: Serialize, Deserialize<'static>);
    lacks!(SecretKey: Serialize, Deserialize<'static>);
    lacks!(SecretEntropy: Serialize, Deserialize<'static>);
    lacks!(Pepper: Serialize, Deserialize<'static>);
    lacks!(KeyDigest: Serialize, Deserialize<'static>);
}
