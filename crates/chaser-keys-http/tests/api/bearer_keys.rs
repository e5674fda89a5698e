//! `Authorization: Bearer`.

use std::fmt::Write;

use reqwest::Method;

use crate::support::{Answer, TestApp, answers_of};

const UNKNOWN: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

async fn usage_with(app: &TestApp, authorization: &str) -> Answer {
    Answer::to(app.request(Method::GET, "/v1/usage").header("authorization", authorization)).await
}

#[tokio::test]
async fn the_scheme_is_taken_in_any_case_and_with_several_spaces() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    for scheme in ["Bearer ", "bearer ", "BEARER ", "bEARER    "] {
        assert_eq!(usage_with(&app, &format!("{scheme}{}", key.secret)).await.status, 200, "{scheme:?}");
    }
}

#[tokio::test]
async fn without_a_key_the_challenge_has_no_error() {
    let app = TestApp::start().await;
    for answer in [
        Answer::to(app.request(Method::GET, "/v1/usage")).await,
        Answer::to(app.as_owner(Method::GET, "/v1/usage")).await,
        usage_with(&app, "Basic dXNlcjpwYXNz").await,
        usage_with(&app, UNKNOWN).await,
        usage_with(&app, "Bearer").await,
        usage_with(&app, "Bearer   ").await,
    ] {
        assert_eq!(answer.refusal(), (401, "unauthenticated".to_owned()));
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="chaser""#);
    }
}

#[tokio::test]
async fn unknown_revoked_and_expired_keys_get_the_same_answer_and_malformed_ones_another() {
    let app = TestApp::start().await;
    let revoked = app.create_key("revoked").await;
    app.revoke_key(&revoked.id).await;
    let expired = app.create_key("expired").await;
    app.rotate_key(&expired.id, 1).await;
    app.store.clock().advance(time::Duration::days(2));
    let valid = app.create_key_of_new_session("valid").await;
    let not_canonical = format!("{}{}", &UNKNOWN[..51], "R");

    let unknown = usage_with(&app, &format!("Bearer {UNKNOWN}")).await;
    assert_eq!(unknown.refusal(), (401, "unauthenticated".to_owned()));
    assert_eq!(unknown.header("www-authenticate"), r#"Bearer realm="chaser", error="invalid_token""#);
    let malformed = usage_with(&app, "Bearer x").await;
    assert_eq!(malformed.refusal(), unknown.refusal());
    assert!(
        malformed.message().contains("a key is cha_live_ or cha_test_ followed by 43"),
        "{}",
        malformed.body
    );
    for bad in [&revoked.secret, &expired.secret] {
        assert_same(&usage_with(&app, &format!("Bearer {bad}")).await, &unknown, bad);
    }
    for bad in [
        not_canonical.as_str(),
        "cha_prod_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ",
        &valid.secret.to_uppercase(),
        &format!("{}=", valid.secret),
        &format!("{0}, Bearer {0}", valid.secret),
        &format!("\"{}\"", valid.secret),
    ] {
        let answer = usage_with(&app, &format!("Bearer {bad}")).await;
        assert_same(&answer, &malformed, bad);
    }
}

#[track_caller]
fn assert_same(answer: &Answer, expected: &Answer, bad: &str) {
    let without_varying = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        headers.remove("date");
        headers
    };
    assert_eq!((answer.status, &answer.body), (expected.status, &expected.body), "{bad}");
    assert_eq!(without_varying(answer), without_varying(expected), "{bad}");
}

#[tokio::test]
async fn two_authorization_headers_are_refused_whatever_is_in_them() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let request = app.request(Method::GET, "/v1/usage");
    let twice = request.bearer_auth(&key.secret).header("authorization", format!("Bearer {}", key.secret));
    assert_eq!(Answer::to(twice).await.refusal(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn credentials_that_are_not_ascii_or_very_long_are_a_bad_key() {
    let app = TestApp::start().await;
    let long = "A".repeat(100 * 1024);
    let fields: [&[u8]; 3] = [b"Bearer cha_live_\xff\xfe", "Bearer ключ".as_bytes(), long.as_bytes()];
    for (field, challenge) in fields.into_iter().zip([true, true, false]) {
        let mut request =
            b"GET /v1/usage HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: ".to_vec();
        request.extend_from_slice(field);
        request.extend_from_slice(b"\r\n\r\n");
        let answers = answers_of(app.public, request).await;
        assert_eq!(answers[0].refusal(), (401, "unauthenticated".to_owned()));
        assert_eq!(answers[0].header("www-authenticate").unwrap().contains("invalid_token"), challenge);
    }
    let answer = usage_with(&app, &format!("Bearer cha_live_{long}")).await;
    assert_eq!(answer.refusal(), (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn a_key_on_a_dashboard_path_is_told_that_it_needs_a_session() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let answer = Answer::to(app.request(Method::GET, "/v1/keys").bearer_auth(&key.secret)).await;
    assert_eq!(answer.refusal(), (401, "unauthenticated".to_owned()));
    assert!(answer.message().contains("dashboard session, not an API key"), "{}", answer.message());
}

#[tokio::test]
async fn a_key_in_the_url_is_refused_with_advice() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let escaped = key.secret.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02X}").unwrap();
        text
    });
    for path in [
        format!("/v1/usage?key={}", key.secret),
        format!("/v1/{}", key.secret),
        format!("/v1/keys/{}/rotate", key.secret),
        format!("/?{escaped}"),
        format!("/{escaped}"),
    ] {
        let answer = Answer::to(app.request(Method::GET, &path).bearer_auth(&key.secret)).await;
        assert_eq!(answer.refusal(), (400, "key_in_url".to_owned()), "{path}");
        assert!(answer.message().contains("rotate that key"));
        assert!(!answer.body.contains(&key.secret[9..]));
    }
}
