//! Reading `Authorization`, and the answers to what cannot be accepted.

use chaser_keys::{SecretKey, WorkspaceId};
use chaser_keys_service::testing::FakeVerifier;
use chaser_keys_service::{Refusal, SharedVerifier, authenticate, presented_key};
use serde_json::{Value, json};

const KEY: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const ALL: [Refusal; 6] = [
    Refusal::SeveralCredentials,
    Refusal::NoCredentials,
    Refusal::MalformedKey,
    Refusal::UnknownKey,
    Refusal::FreshnessUnproven,
    Refusal::NoVerifier,
];

fn refusal_of(authorization: &[&str]) -> Option<Refusal> {
    presented_key(authorization.iter().map(|value| value.as_bytes())).err()
}

#[test]
fn the_scheme_is_read_in_any_case_and_with_several_spaces() {
    for scheme in ["Bearer ", "bearer ", "BEARER    ", " bEaReR "] {
        let header = format!("{scheme}{KEY} ");
        let key = presented_key([header.as_bytes()]).expect("a key");
        assert_eq!(key.expose(), KEY, "{header:?}");
    }
}

#[test]
fn without_a_bearer_credential_there_is_none() {
    assert_eq!(refusal_of(&[]), Some(Refusal::NoCredentials));
    let basic = format!("Basic {KEY}");
    let run_together = format!("Bearer{KEY}");
    for header in ["", "k", KEY, &basic, &run_together, "Bearers k", "Bearer:k", "Bearer", "Bearer  "] {
        assert_eq!(refusal_of(&[header]), Some(Refusal::NoCredentials), "{header:?}");
    }
}

#[test]
fn what_cannot_be_a_key_is_malformed() {
    let twice = format!("Bearer {KEY}, Bearer {KEY}");
    let quoted = format!("Bearer \"{KEY}\"");
    let tab = format!("Bearer \t{}", &KEY[1..]);
    for header in ["Bearer x", "Bearer cha_live_", "Bearer ключ", &twice, &quoted, &tab] {
        assert_eq!(refusal_of(&[header]), Some(Refusal::MalformedKey), "{header:?}");
    }
}

#[test]
fn two_headers_are_refused_whatever_is_in_them() {
    let good = format!("Bearer {KEY}");
    for pair in [[good.as_str(), &good], [&good, ""], ["", "Basic x"]] {
        assert_eq!(refusal_of(&pair), Some(Refusal::SeveralCredentials), "{pair:?}");
    }
}

#[tokio::test]
async fn a_key_is_accepted_until_it_is_revoked_and_neither_while_nothing_is_proven() {
    let secret: SecretKey = KEY.parse().expect("a key");
    let workspace: WorkspaceId = "0b6d2c5e-5d53-4a6e-9f0c-1d1f0b0a7e11".parse().expect("an id");
    let fake = FakeVerifier::new();
    let verifier = SharedVerifier::new(fake.clone());
    let header = format!("Bearer {KEY}");
    let ask = || authenticate([header.as_bytes()], &verifier);

    assert_eq!(ask().await, Err(Refusal::UnknownKey));
    let key = fake.add_key(&secret, workspace);
    assert_eq!(ask().await, Ok(key));
    fake.unproven(true);
    assert_eq!(ask().await, Err(Refusal::FreshnessUnproven));
    fake.unproven(false);
    assert_eq!(ask().await, Ok(key));
    fake.revoke(key.key_id);
    assert_eq!(ask().await, Err(Refusal::UnknownKey));
    assert_eq!(fake.counted_requests(key.key_id), 2);
    assert!(!format!("{fake:?}{verifier:?}").contains(&KEY[9..20]));
}

#[test]
fn the_future_of_a_verification_can_move_between_threads() {
    fn is_send<T: Send>(_: T) {}
    let verifier = SharedVerifier::new(FakeVerifier::new());
    let headers = http::HeaderMap::new();
    let values = headers.get_all("authorization").iter().map(http::HeaderValue::as_bytes);
    is_send(authenticate(values, &verifier));
}

#[test]
fn each_refusal_is_one_status_one_challenge_and_an_envelope() {
    let no_error = r#"Bearer realm="chaser""#;
    let invalid = r#"Bearer realm="chaser", error="invalid_token""#;
    let expected = [
        (400, "invalid_request", None, None),
        (401, "unauthenticated", Some(no_error), None),
        (401, "unauthenticated", Some(invalid), None),
        (401, "unauthenticated", Some(invalid), None),
        (503, "unavailable", None, Some("1")),
        (500, "internal", None, None),
    ];
    for (refusal, (status, code, challenge, retry_after)) in ALL.into_iter().zip(expected) {
        let response: http::Response<String> = refusal.into_response();
        let header = |name| response.headers().get(name).map(|value| value.to_str().expect("ASCII"));
        assert_eq!(response.status(), status, "{refusal:?}");
        assert_eq!(header("www-authenticate"), challenge, "{refusal:?}");
        assert_eq!(header("retry-after"), retry_after, "{refusal:?}");
        assert_eq!(header("cache-control"), Some("no-store"));
        assert_eq!(header("content-type"), Some("application/json"));
        let body: Value = serde_json::from_str(response.body()).expect("JSON");
        assert_eq!(body, json!({"error": {"code": code, "message": refusal.to_string()}}));
    }
}
