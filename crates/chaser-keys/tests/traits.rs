//! The conversions and comparisons that callers expect of values.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Debug;

use chaser_keys::{
    DisplayPrefix, GracePeriod, KeyId, KeyMode, KeyName, KeyStatus, PepperId, Peppers, PresentedKey,
    SecretKey, UsageBatchId, UserId, WorkspaceId,
};
use time::OffsetDateTime;
use uuid::Uuid;

const KEY: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const ID: &str = "68c58c43-dafc-433c-9d19-3719ab740159";

/// What every checked text has.
fn assert_is_text<T>(text: &'static str)
where
    T: TryFrom<&'static str, Error: Debug>
        + TryFrom<String, Error: Debug>
        + AsRef<str>
        + std::borrow::Borrow<str>
        + PartialEq<str>
        + PartialEq<&'static str>
        + Ord
        + std::hash::Hash
        + Clone
        + Debug
        + ToString
        + Into<String>,
{
    let value = T::try_from(text).expect(text);
    assert_eq!(value, T::try_from(text.to_owned()).expect(text));
    assert!(value == *text && value == text);
    assert_eq!(
        (value.as_ref(), value.to_string(), value.clone().into()),
        (text, text.to_owned(), text.to_owned())
    );
    // A borrowed text finds the value: hashes and orders agree.
    assert!(HashSet::from([value.clone()]).contains(text));
    assert!(BTreeSet::from([value]).contains(text));
}

#[test]
fn names_prefixes_and_pepper_ids_are_texts() {
    assert_is_text::<KeyName>("production");
    assert_is_text::<DisplayPrefix>("cha_live_qMRiH5q");
    assert_is_text::<PepperId>("2026-11");
}

#[test]
fn a_name_from_a_string_is_trimmed_and_keeps_its_allocation_if_it_needs_no_trimming() {
    assert_eq!(KeyName::try_from(" ci ".to_owned()).expect("a name"), "ci");
    let text = "production".to_owned();
    let address = text.as_ptr();
    assert_eq!(KeyName::try_from(text).expect("a name").as_str().as_ptr(), address);
}

#[test]
fn ids_convert_to_and_from_uuids_and_equal_their_canonical_text() {
    macro_rules! ids {
        ($($type:ty),+) => {$(
            let id = <$type>::try_from(ID).expect("an id");
            assert_eq!(<$type>::from(Uuid::from(id)), id);
            assert!(id == *ID && id == ID && id != ID.to_uppercase().as_str());
            assert_ne!(<$type>::random().expect("entropy"), <$type>::random().expect("entropy"));
        )+};
    }
    ids!(KeyId, WorkspaceId, UserId, UsageBatchId);
    let random = KeyId::random().expect("entropy").as_uuid();
    assert_eq!((random.get_version_num(), random.get_variant()), (4, uuid::Variant::RFC4122));
}

#[test]
fn modes_and_statuses_are_keys_of_maps_and_print_their_word() {
    let by_mode = BTreeMap::from(KeyMode::ALL.map(|mode| (mode, mode.to_string())));
    assert_eq!(by_mode.values().collect::<Vec<_>>(), ["live", "test"]);
    assert_eq!(KeyMode::try_from("test").expect("a mode").as_ref(), "test");

    let at = OffsetDateTime::UNIX_EPOCH;
    let statuses = [KeyStatus::Active, KeyStatus::Grace { until: at }, KeyStatus::Revoked { since: at }];
    let counted: HashMap<_, _> = statuses.into_iter().map(|status| (status, status.to_string())).collect();
    assert_eq!(statuses.map(|status| counted[&status].clone()), ["active", "grace", "revoked"]);
    assert_eq!(format!("{:>7}|", KeyStatus::Active), " active|");
}

#[test]
fn a_presented_key_is_read_from_text_and_bytes_and_can_be_kept() {
    let presented = PresentedKey::try_from(KEY).expect("a key");
    let same = PresentedKey::try_from(KEY.as_bytes()).expect("a key");
    assert_eq!((presented.expose(), same.expose()), (KEY, KEY));
    assert_eq!(presented.display_prefix(), "cha_live_UDA2HG6");
    assert!(!presented.has_valid_checksum());

    let kept = SecretKey::from(presented);
    assert_eq!((kept.expose(), kept.mode()), (KEY, KeyMode::Live));
    assert_eq!(SecretKey::try_from(KEY.as_bytes()).expect("a key").expose(), KEY);
    assert_eq!(SecretKey::try_from(KEY).expect("a key").expose(), KEY);
    let text = KEY.to_owned();
    let address = text.as_ptr();
    assert_eq!(SecretKey::try_from(text).expect("a key").expose().as_ptr(), address, "it was copied");
}

#[test]
fn peppers_can_be_walked_through_and_give_one_candidate_each() {
    let list = format!("p2:{},p1:{}", "b2".repeat(32), "a1".repeat(32));
    let peppers = Peppers::try_from(list.as_str()).expect("two peppers");
    let mut ids = Vec::new();
    for pepper in &peppers {
        ids.push(pepper.id().as_str());
    }
    assert_eq!(ids, ["p2", "p1"]);
    assert_eq!(peppers.iter().size_hint(), (2, Some(2)));

    let presented = PresentedKey::try_from(KEY).expect("a key");
    let candidates: Vec<_> = peppers.candidates(presented).collect();
    assert_eq!(candidates.len(), 2);
    for ((id, digest), pepper) in candidates.iter().zip(&peppers) {
        assert!(*id == pepper.id() && digest.matches(&pepper.digest_presented(presented)));
    }
}

#[test]
fn a_grace_period_comes_from_a_number_of_days() {
    assert_eq!(GracePeriod::try_from(7), Ok(GracePeriod::DEFAULT));
    assert_eq!(GracePeriod::default(), GracePeriod::DEFAULT);
    assert!(GracePeriod::try_from(31).is_err());
}
