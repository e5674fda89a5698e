//! A key's life, step by random step, beside a reference model that is written differently: the crate keeps
//! one deadline per key, the model keeps the list of everything that ever happened and replays it.
//!
//! A test that cannot fail proves nothing: the second half breaks one rule at a time and asserts that the
//! same comparison finds a counter-example.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use chaser_keys::{
    ApiKey, GracePeriod, KeyId, KeyMode, KeyStatus, NewApiKey, Revocation, RotateRefusal, Rotation,
    SecretEntropy, WorkspaceId,
};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

// ---- The model. Times are microseconds since 1970, as PostgreSQL's are; keys are numbered in the order of their issue. ----

const SECOND: i128 = 1_000_000;
const DAY: i128 = 86_400 * SECOND;

#[derive(Clone, Copy)]
enum Event {
    Rotated { key: usize, grace_days: u8 },
    Revoked { key: usize },
}

/// Everything that ever happened to a family of keys, in order.
#[derive(Default)]
struct History(Vec<(i128, Event)>);

impl History {
    /// Each moment at which something ends this key; the earliest one counts.
    fn ends_of(&self, key: usize) -> impl Iterator<Item = i128> {
        self.0.iter().filter_map(move |&(at, event)| match event {
            Event::Rotated { key: old, grace_days: 0 } if old == key => Some(at),
            Event::Rotated { key: old, grace_days } if old == key => {
                let last_instant = at + i128::from(grace_days) * DAY - 1;
                Some((last_instant.div_euclid(SECOND) + 1) * SECOND)
            }
            Event::Revoked { key: ended } if ended == key => Some(at),
            _ => None,
        })
    }

    fn authenticates(&self, key: usize, moment: i128) -> bool {
        self.ends_of(key).all(|end| moment < end)
    }

    fn status(&self, key: usize, moment: i128) -> &'static str {
        match (self.authenticates(key, moment), self.ends_of(key).next()) {
            (true, None) => "active",
            (true, Some(_)) => "grace",
            (false, _) => "revoked",
        }
    }

    fn was_rotated(&self, key: usize) -> bool {
        self.0.iter().any(|(_, event)| matches!(event, Event::Rotated { key: old, .. } if *old == key))
    }
}

// ---- The rules under test: the crate's own, or with one of them broken. ----

#[derive(Clone, Copy)]
struct Rules {
    rotate: fn(&ApiKey, KeyId, SecretEntropy, GracePeriod, OffsetDateTime) -> Result<Rotation, RotateRefusal>,
    revoke: fn(&ApiKey, OffsetDateTime) -> Revocation,
    status: fn(&ApiKey, OffsetDateTime) -> KeyStatus,
    authenticates: fn(&ApiKey, OffsetDateTime) -> bool,
}

const CRATE: Rules = Rules {
    rotate: ApiKey::rotate,
    revoke: ApiKey::revoke,
    status: ApiKey::status_at,
    authenticates: ApiKey::authenticates_at,
};

// ---- A random life. ----

#[derive(Clone, Debug)]
struct Step {
    wait: Wait,
    act: Act,
}

#[derive(Clone, Debug)]
enum Wait {
    For(i128),
    /// To the next end of a grace period that is still ahead, or a microsecond before or after it.
    UntilNextEnd(i128),
}

#[derive(Clone, Debug)]
enum Act {
    Issue { live: bool },
    Rotate { key: Index, grace_days: u8 },
    Revoke { key: Index },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![
        2 => Just(Wait::For(0)),
        2 => (0..2 * SECOND).prop_map(Wait::For),
        2 => (0_i128..40).prop_map(|days| Wait::For(days * DAY)),
        2 => (0..40 * DAY).prop_map(Wait::For),
        4 => (-1_i128..=1).prop_map(Wait::UntilNextEnd),
    ];
    let grace_days = prop_oneof![Just(0), Just(1), Just(7), Just(30), 0_u8..=30];
    let act = prop_oneof![
        1 => any::<bool>().prop_map(|live| Act::Issue { live }),
        4 => (any::<Index>(), grace_days).prop_map(|(key, grace_days)| Act::Rotate { key, grace_days }),
        2 => any::<Index>().prop_map(|key| Act::Revoke { key }),
    ];
    prop::collection::vec((wait, act).prop_map(|(wait, act)| Step { wait, act }), 1..16)
}

fn lives() -> impl Strategy<Value = (i128, Vec<Step>)> {
    let start = prop_oneof![Just(0), (0_i128..100_000).prop_map(|days| days * DAY), 0..100_000 * DAY];
    (start, steps())
}

// ---- The comparison. ----

/// The crate's records and the model's history, side by side.
struct Lives {
    rules: Rules,
    now: i128,
    keys: Vec<ApiKey>,
    history: History,
}

fn at(microseconds: i128) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(microseconds * 1_000).expect("a time before the year 9999")
}

/// The same record with another end.
fn ending(key: &ApiKey, revoked_at: Option<OffsetDateTime>) -> ApiKey {
    let mut ending = key.clone();
    ending.revoked_at = revoked_at;
    ending
}

fn key_id(number: usize) -> KeyId {
    KeyId::from_uuid(Uuid::from_u128(number as u128))
}

fn entropy(number: usize) -> SecretEntropy {
    SecretEntropy::from_bytes([u8::try_from(number % 256).expect("below 256"); SecretEntropy::BYTES])
}

impl Lives {
    fn new(rules: Rules, start: i128) -> Self {
        let mut lives = Self { rules, now: start, keys: Vec::new(), history: History::default() };
        lives.issue(KeyMode::Live);
        lives
    }

    fn issue(&mut self, mode: KeyMode) {
        let number = self.keys.len();
        let workspace_id = WorkspaceId::from_uuid(Uuid::from_u128(7));
        let name = format!("key {number}").parse().expect("a name");
        let new = NewApiKey::new(key_id(number), workspace_id, name, mode);
        self.keys.push(ApiKey::issue(new, entropy(number), at(self.now)).key);
    }

    fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        self.now += match step.wait {
            Wait::For(microseconds) => microseconds,
            Wait::UntilNextEnd(beside) => (self.next_end().unwrap_or(self.now) + beside - self.now).max(0),
        };
        match &step.act {
            Act::Issue { live } => self.issue(if *live { KeyMode::Live } else { KeyMode::Test }),
            Act::Rotate { key, grace_days } => self.rotate(key.index(self.keys.len()), *grace_days)?,
            Act::Revoke { key } => self.revoke(key.index(self.keys.len()))?,
        }
        Ok(())
    }

    fn next_end(&self) -> Option<i128> {
        let ends = (0..self.keys.len()).flat_map(|key| self.history.ends_of(key));
        ends.filter(|end| *end > self.now).min()
    }

    fn rotate(&mut self, key: usize, grace_days: u8) -> Result<(), TestCaseError> {
        let (now, old, number) = (at(self.now), self.keys[key].clone(), self.keys.len());
        let grace = GracePeriod::from_days(grace_days.into()).expect("0 to 30");
        let outcome = (self.rules.rotate)(&old, key_id(number), entropy(number), grace, now);

        let refusal = match self.history.status(key, self.now) {
            "active" => None,
            "grace" => Some(RotateRefusal::InGrace),
            _ => Some(RotateRefusal::Revoked),
        };
        let Ok(rotation) = outcome else {
            prop_assert_eq!(outcome.err(), refusal);
            return Ok(());
        };
        prop_assert_eq!(refusal, None, "the model refuses, the crate rotated");
        prop_assert!(!self.history.was_rotated(key), "a second successor");

        let end = rotation.old.revoked_at;
        prop_assert_eq!(&rotation.old, &ending(&old, end));
        let new = NewApiKey::new(key_id(number), old.workspace_id, old.name, old.mode);
        let mut successor = ApiKey::restore(new, rotation.successor.secret.display_prefix(), now)?;
        successor.replaces = Some(old.id);
        prop_assert_eq!(&rotation.successor.key, &successor);
        prop_assert_eq!(rotation.successor.secret.mode(), successor.mode);
        let Some(end) = end else { return Err(TestCaseError::fail("the old key never ends")) };
        if grace_days == 0 {
            prop_assert_eq!(end, now);
        } else {
            let given = end - now;
            prop_assert_eq!(end.nanosecond(), 0, "the end is no whole second");
            prop_assert!(given >= Duration::days(grace_days.into()), "{} is too short", given);
            prop_assert!(
                given < Duration::days(grace_days.into()) + Duration::SECOND,
                "{} is too long",
                given
            );
        }

        self.history.0.push((self.now, Event::Rotated { key, grace_days }));
        self.keys[key] = rotation.old;
        self.keys.push(rotation.successor.key);
        Ok(())
    }

    fn revoke(&mut self, key: usize) -> Result<(), TestCaseError> {
        let now = at(self.now);
        let expected = if self.history.authenticates(key, self.now) {
            Revocation::Revoked(ending(&self.keys[key], Some(now)))
        } else {
            Revocation::AlreadyRevoked
        };
        let outcome = (self.rules.revoke)(&self.keys[key], now);
        prop_assert_eq!(&outcome, &expected);
        if let Revocation::Revoked(ended) = outcome {
            self.keys[key] = ended;
        }
        self.history.0.push((self.now, Event::Revoked { key }));
        Ok(())
    }

    /// Every moment at which an answer could change, and a microsecond to either side of it.
    fn telling_moments(&self) -> Vec<i128> {
        let ends = (0..self.keys.len()).flat_map(|key| self.history.ends_of(key));
        let events = self.history.0.iter().map(|(at, _)| *at);
        let mut moments: Vec<_> =
            ends.chain(events).chain([self.now]).flat_map(|at| [at - 1, at, at + 1]).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// The crate and the model say the same of every key at every moment of its life, past and to come.
    fn agree(&self) -> Result<(), TestCaseError> {
        let moments = self.telling_moments();
        for (number, key) in self.keys.iter().enumerate() {
            let mut ended = false;
            for moment in moments.iter().copied().filter(|moment| at(*moment) >= key.created_at) {
                let authenticates = (self.rules.authenticates)(key, at(moment));
                let status = (self.rules.status)(key, at(moment));
                prop_assert_eq!(authenticates, self.history.authenticates(number, moment));
                prop_assert_eq!(status.as_str(), self.history.status(number, moment));
                prop_assert_eq!(authenticates, !matches!(status, KeyStatus::Revoked { .. }));
                if let KeyStatus::Grace { until: end } | KeyStatus::Revoked { since: end } = status {
                    prop_assert_eq!(Some(end), self.history.ends_of(number).min().map(at));
                }
                prop_assert!(!(ended && authenticates), "it came back to life");
                ended |= !authenticates;
            }
            let successors = self.keys.iter().filter(|other| other.replaces == Some(key.id)).count();
            prop_assert!(successors <= 1, "{} successors", successors);
        }
        Ok(())
    }
}

fn compare(rules: Rules, start: i128, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut lives = Lives::new(rules, start);
    for step in steps {
        lives.take(step)?;
        lives.agree()?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_life_goes_as_the_model_says((start, steps) in lives()) {
        compare(CRATE, start, &steps)?;
    }

    #[test]
    fn a_key_revoked_in_grace_leaves_its_successor_alone(days in 1_u8..=30, wait in 0..DAY, start in 0..DAY) {
        let mut lives = Lives::new(CRATE, start);
        lives.rotate(0, days)?;
        lives.now += wait;
        let successor = lives.keys[1].clone();
        lives.revoke(0)?;
        prop_assert!(!lives.keys[0].authenticates_at(at(lives.now)));
        prop_assert_eq!(&lives.keys[1], &successor);
        prop_assert!(lives.keys[1].authenticates_at(at(lives.now + 1_000 * DAY)));
    }

    #[test]
    fn a_key_rotated_without_grace_is_dead_at_once(start in 0..1_000 * DAY) {
        let mut lives = Lives::new(CRATE, start);
        lives.rotate(0, 0)?;
        prop_assert!(!lives.keys[0].authenticates_at(at(start)));
        prop_assert!(lives.keys[0].authenticates_at(at(start - 1)));
        prop_assert!(lives.keys[1].authenticates_at(at(start)));
    }
}

// ---- The comparison can fail: each of these breaks one rule. ----

/// Whether the comparison finds a life in which these rules and the model differ. The same lives each time.
fn is_caught(broken: Rules) -> bool {
    let config = ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, random)
        .run(&lives(), |(start, steps)| compare(broken, start, &steps));
    matches!(outcome, Err(TestError::Fail(..)))
}

/// Rotates, then lets `spoil` change what comes out.
fn rotate_and(
    spoil: fn(&mut Rotation, OffsetDateTime),
    key: &ApiKey,
    id: KeyId,
    entropy: SecretEntropy,
    grace: GracePeriod,
    now: OffsetDateTime,
) -> Result<Rotation, RotateRefusal> {
    let mut rotation = key.rotate(id, entropy, grace, now)?;
    spoil(&mut rotation, now);
    Ok(rotation)
}

#[test]
fn the_unbroken_rules_are_not_caught() {
    assert!(!is_caught(CRATE));
}

#[test]
fn a_key_that_still_works_at_its_end_is_caught() {
    let authenticates = |key: &ApiKey, moment| key.revoked_at.is_none_or(|end| moment <= end);
    assert!(is_caught(Rules { authenticates, ..CRATE }));
}

#[test]
fn a_status_that_is_late_by_a_microsecond_is_caught() {
    let status = |key: &ApiKey, moment| key.status_at(moment - Duration::MICROSECOND);
    assert!(is_caught(Rules { status, ..CRATE }));
}

#[test]
fn a_rotation_in_grace_is_caught() {
    let rotate = |key: &ApiKey, id, entropy, grace, now| match key.status_at(now) {
        KeyStatus::Grace { .. } => ending(key, None).rotate(id, entropy, grace, now),
        _ => key.rotate(id, entropy, grace, now),
    };
    assert!(is_caught(Rules { rotate, ..CRATE }));
}

#[test]
fn a_rotation_of_a_revoked_key_is_caught() {
    let rotate = |key: &ApiKey, id, entropy, grace, now| match key.status_at(now) {
        KeyStatus::Revoked { .. } => ending(key, None).rotate(id, entropy, grace, now),
        _ => key.rotate(id, entropy, grace, now),
    };
    assert!(is_caught(Rules { rotate, ..CRATE }));
}

#[test]
fn a_revoke_that_waits_for_the_grace_period_is_caught() {
    let revoke = |key: &ApiKey, now| match key.status_at(now) {
        KeyStatus::Grace { .. } => Revocation::AlreadyRevoked,
        _ => key.revoke(now),
    };
    assert!(is_caught(Rules { revoke, ..CRATE }));
}

#[test]
fn a_second_revoke_that_moves_the_end_is_caught() {
    let revoke = |key: &ApiKey, now| Revocation::Revoked(ending(key, Some(now)));
    assert!(is_caught(Rules { revoke, ..CRATE }));
}

#[test]
fn a_grace_period_cut_to_the_second_before_is_caught() {
    let rotate = |key: &ApiKey, id, entropy, grace: GracePeriod, now| {
        let cut = |rotation: &mut Rotation, now: OffsetDateTime| {
            rotation.old.revoked_at = rotation.old.revoked_at.map(|end| match now.nanosecond() {
                0 => end,
                _ if end == now => end,
                _ => end - Duration::SECOND,
            });
        };
        rotate_and(cut, key, id, entropy, grace, now)
    };
    assert!(is_caught(Rules { rotate, ..CRATE }));
}

#[test]
fn a_rotation_without_grace_that_ends_a_microsecond_later_is_caught() {
    let rotate = |key: &ApiKey, id, entropy, grace: GracePeriod, now| {
        let late = |rotation: &mut Rotation, now| {
            if rotation.old.revoked_at == Some(now) {
                rotation.old.revoked_at = Some(now + Duration::MICROSECOND);
            }
        };
        rotate_and(late, key, id, entropy, grace, now)
    };
    assert!(is_caught(Rules { rotate, ..CRATE }));
}

#[test]
fn a_successor_that_forgets_what_it_replaces_is_caught() {
    let rotate = |key: &ApiKey, id, entropy, grace: GracePeriod, now| {
        rotate_and(|rotation, _| rotation.successor.key.replaces = None, key, id, entropy, grace, now)
    };
    assert!(is_caught(Rules { rotate, ..CRATE }));
}

#[test]
fn a_successor_that_shares_its_predecessors_end_is_caught() {
    let rotate = |key: &ApiKey, id, entropy, grace: GracePeriod, now| {
        let share = |rotation: &mut Rotation, _| rotation.successor.key.revoked_at = rotation.old.revoked_at;
        rotate_and(share, key, id, entropy, grace, now)
    };
    assert!(is_caught(Rules { rotate, ..CRATE }));
}
