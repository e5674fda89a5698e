//! Every value passes through a format that describes itself (JSON) and through one that does not (postcard)
//! unchanged, and what is refused is not repeated.

#![cfg(feature = "serde")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use chaser_keys::{
    DisplayPrefix, Expiry, GracePeriod, KeyId, KeyMode, KeyName, KeyStatus, PepperId, UsageBatchId, UserId,
    WorkspaceId,
};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use time::macros::datetime;

const ID: &str = "68c58c43-dafc-433c-9d19-3719ab740159";
const ID_BYTES: [u8; 16] =
    [0x68, 0xc5, 0x8c, 0x43, 0xda, 0xfc, 0x43, 0x3c, 0x9d, 0x19, 0x37, 0x19, 0xab, 0x74, 0x01, 0x59];
const MICROSECONDS: i64 = 1_781_352_000_000_007;

/// Passes a value through both formats and says how many bytes it takes in postcard.
fn assert_unchanged<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, json: &str) -> usize {
    assert_eq!(serde_json::to_string(value).expect("it can be written"), json);
    assert_eq!(&serde_json::from_str::<T>(json).expect(json), value);
    let tree = serde_json::to_value(value).expect("it can be written");
    assert_eq!(&serde_json::from_value::<T>(tree).expect(json), value);

    let bytes = postcard::to_allocvec(value).expect("it can be written");
    assert_eq!(&postcard::from_bytes::<T>(&bytes).expect(json), value);
    bytes.len()
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

#[test]
fn ids_are_text_for_people_and_16_bytes_for_machines() {
    macro_rules! ids {
        ($($type:ty),+) => {$(
            let id: $type = ID.parse().expect("an id");
            // One byte is postcard's length.
            assert_eq!(assert_unchanged(&id, &quoted(ID)), 1 + 16);
            assert_eq!(postcard::to_allocvec(&id).expect("it can be written")[1..], ID_BYTES);
            assert!(postcard::from_bytes::<$type>(&[15; 16]).is_err(), "15 bytes");
        )+};
    }
    ids!(KeyId, WorkspaceId, UserId, UsageBatchId);
}

#[test]
fn texts_and_words_are_strings() {
    assert_unchanged(&"clé \"de\" test".parse::<KeyName>().expect("a name"), r#""clé \"de\" test""#);
    assert_unchanged(&"cha_live_qMRiH5q".parse::<DisplayPrefix>().expect("a prefix"), "\"cha_live_qMRiH5q\"");
    assert_unchanged(&"2026-11".parse::<PepperId>().expect("an id"), "\"2026-11\"");
    for mode in KeyMode::ALL {
        assert_unchanged(&mode, &quoted(mode.as_str()));
    }
}

#[test]
fn every_grace_period_reads_back_as_it_was_written() {
    for days in 0..=30 {
        let grace = GracePeriod::from_days(days).expect("0 to 30 days");
        assert_eq!(assert_unchanged(&grace, &days.to_string()), 1);
    }
    assert!(postcard::from_bytes::<GracePeriod>(&[31]).is_err());
}

#[test]
fn a_status_and_an_expiry_keep_their_microseconds() {
    let moment = datetime!(2026-06-13 12:00:00.000_007 UTC);
    assert_eq!(assert_unchanged(&KeyStatus::Active, "\"active\""), 1);
    assert_unchanged(&KeyStatus::Grace { until: moment }, &format!("{{\"grace\":{MICROSECONDS}}}"));
    assert_unchanged(&KeyStatus::Revoked { since: moment }, &format!("{{\"revoked\":{MICROSECONDS}}}"));

    assert_unchanged(&Expiry::at(moment), &MICROSECONDS.to_string());
    assert_eq!(assert_unchanged(&Expiry::NEVER, "null"), 1);
    assert_unchanged(&Expiry::ENDED, &i64::MIN.to_string());
}

#[test]
fn values_stand_in_larger_ones_and_as_keys_of_a_map() {
    let name: KeyName = "ci".parse().expect("a name");
    let by_id = BTreeMap::from([(ID.parse::<KeyId>().expect("an id"), (name, KeyStatus::Active))]);
    assert_unchanged(&by_id, &format!(r#"{{"{ID}":["ci","active"]}}"#));
}

#[test]
fn a_json_string_may_be_written_with_escapes() {
    let name: KeyName = serde_json::from_str(r#""cl\u00e9 \ud83d\udd11 \/ \"a\"""#).expect("a name");
    assert_eq!(name, "clé 🔑 / \"a\"");
    let mode: KeyMode = serde_json::from_str(r#""\u006cive""#).expect("a mode");
    assert_eq!(mode, KeyMode::Live);
    let id: KeyId = serde_json::from_str(&quoted(&ID.replace('-', r"\u002d"))).expect("an id");
    assert_eq!(id, ID);
    let prefix: DisplayPrefix = serde_json::from_str(r#""cha\u005flive_qMRiH5q""#).expect("a prefix");
    assert_eq!(prefix, "cha_live_qMRiH5q");
    let status: KeyStatus = serde_json::from_str(r#"{"gr\u0061ce":0}"#).expect("a status");
    assert_eq!(status, KeyStatus::Grace { until: datetime!(1970-01-01 0:00 UTC) });
    assert!(serde_json::from_str::<KeyName>(r#""a\u0000b""#).is_err());
}

#[test]
fn what_is_not_a_number_of_days_is_refused() {
    for days in ["-1", "31", "256", "1e1", "7.0", "\"7\"", "null", "true"] {
        let error = serde_json::from_str::<GracePeriod>(days).expect_err(days);
        assert!(error.to_string().starts_with("the grace period is a whole number of days from 0 to 30"));
    }
}

#[test]
fn a_value_of_another_type_is_refused_by_naming_what_is_expected() {
    macro_rules! expected {
        ($($type:ty: $expected:literal),+) => {$(
            let error = serde_json::from_str::<$type>("[]").expect_err("no string").to_string();
            assert!(error.contains(concat!("expected ", $expected)), "{error}");
        )+};
    }
    expected!(
        KeyId: "an id",
        UsageBatchId: "an id",
        KeyName: "a key's name",
        KeyMode: "\"live\" or \"test\"",
        PepperId: "a pepper's id",
        DisplayPrefix: "a key's display prefix"
    );
}

#[test]
fn no_refusal_repeats_a_secret() {
    const SECRET: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
    let inputs = [quoted(SECRET), format!("{{\"{SECRET}\":1}}"), format!("{{\"grace\":\"{SECRET}\"}}")];
    macro_rules! refusals {
        ($($type:ty),+) => {
            [$(inputs.each_ref().map(|json| serde_json::from_str::<$type>(json).expect_err(json).to_string())),+]
        };
    }
    let refusals = refusals!(
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
    for refusal in refusals.as_flattened() {
        assert!(!refusal.contains("UDA2HG67"), "{refusal}");
    }
}
