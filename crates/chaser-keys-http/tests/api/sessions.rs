//! The dashboard's session and its cookie.

use chaser_keys_http::HttpOptions;
use reqwest::Method;
use serde_json::Value;
use time::Duration;

use crate::support::{Answer, Person, TestApp};

fn set_cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn signing_in_sets_a_cookie_that_works() {
    let app = TestApp::start().await;
    let answer = app.sign_in(" Owner@Example.com ", TestApp::PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    let cookies = set_cookies(&answer);
    assert_eq!(cookies.len(), 2);
    let (session, attributes) = cookies[0].split_once("; ").unwrap();
    assert!(session.starts_with("chaser_session="));
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/");
    let (device, attributes) = cookies[1].split_once("; ").unwrap();
    assert!(device.starts_with("chaser_device="));
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=15552000");

    let shown = Answer::to(app.request(Method::GET, "/v1/auth/session").header("cookie", session)).await;
    let json = shown.json();
    let expires_at = json["expires_at"].as_str().unwrap();
    assert_eq!(
        shown.body,
        format!(
            r#"{{"user":{{"id":"{}","email":"owner@example.com"}},"workspace":{{"id":"{}","name":"Acme"}},"expires_at":"{expires_at}"}}"#,
            app.owner.user_id, app.owner.workspace_id
        )
    );
    assert_eq!(expires_at.len(), "2026-06-01T12:00:00Z".len());
}

#[tokio::test]
async fn behind_https_cookies_are_secure_and_browsers_are_told_to_insist() {
    let public_url = "https://keys.example.com".parse().ok();
    let app = TestApp::start_with(HttpOptions { public_url, ..HttpOptions::default() }).await;
    let answer = app.sign_in("owner@example.com", TestApp::PASSWORD).await;
    for cookie in set_cookies(&answer) {
        assert!(cookie.contains("; Secure; "), "{cookie}");
    }
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
}

#[tokio::test]
async fn every_sign_in_gets_a_new_session_and_adopts_none() {
    let app = TestApp::start().await;
    let planted = "chaser_session=4uQeVj5tqViQh7yrWGStvkEG1Zmhx6uasJtWCJziofM8";
    let body = serde_json::json!({"email": "owner@example.com", "password": TestApp::PASSWORD});
    let mut seen = vec![planted.to_owned(), app.owner.cookie.clone()];
    for _ in 0..2 {
        let request = app.request(Method::POST, "/v1/auth/login").header("cookie", planted).json(&body);
        let answer = Answer::to(request).await;
        let session = set_cookies(&answer)[0].split_once(';').unwrap().0.to_owned();
        assert!(!seen.contains(&session));
        seen.push(session);
    }
    let with_planted = app.request(Method::GET, "/v1/auth/session").header("cookie", planted);
    assert_eq!(Answer::to(with_planted).await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_cookie() {
    let app = TestApp::start().await;
    let mut other = Person::join(&app.store, "other@example.com").await;
    other.sign_in_again(&app.store).await;
    let answer = Answer::to(app.as_owner(Method::POST, "/v1/auth/logout")).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    let cleared = answer.header("set-cookie");
    assert!(cleared.starts_with("chaser_session=; "), "{cleared}");
    assert!(cleared.contains("Path=/") && cleared.contains("Max-Age=0"), "{cleared}");

    let ended = Answer::to(app.as_owner(Method::GET, "/v1/auth/session")).await;
    assert_eq!(ended.refusal(), (401, "unauthenticated".to_owned()));
    let others = app.request(Method::GET, "/v1/auth/session").header("cookie", &other.cookie);
    assert_eq!(Answer::to(others).await.status, 200);
}

#[tokio::test]
async fn a_session_ends_after_30_idle_minutes_and_after_12_hours() {
    let app = TestApp::start().await;
    let is_open = async || Answer::to(app.as_owner(Method::GET, "/v1/auth/session")).await.status == 200;
    app.store.clock().advance(Duration::minutes(31));
    assert!(!is_open().await, "idle");

    let mut app = TestApp::start().await;
    app.owner.sign_in_again(&app.store).await;
    let is_open = async || Answer::to(app.as_owner(Method::GET, "/v1/auth/session")).await.status == 200;
    for minutes in (0..12 * 60).step_by(20) {
        assert!(is_open().await, "in use, after {minutes} minutes");
        app.store.clock().advance(Duration::minutes(20));
    }
    assert!(!is_open().await, "twelve hours");
}

#[tokio::test]
async fn two_session_cookies_are_refused() {
    let app = TestApp::start().await;
    let own = &app.owner.cookie;
    let refused = (400, "invalid_request".to_owned());
    let in_one_header = format!("{own}; theme=dark; {own}");
    let request = app.request(Method::GET, "/v1/keys").header("cookie", in_one_header);
    assert_eq!(Answer::to(request).await.refusal(), refused);
    let in_two =
        app.request(Method::GET, "/v1/keys").header("cookie", own).header("cookie", "chaser_session=x");
    assert_eq!(Answer::to(in_two).await.refusal(), refused);
    let signing_in = app.request(Method::POST, "/v1/auth/login").header("cookie", format!("{own}; {own}"));
    assert_eq!(Answer::to(signing_in).await.refusal(), refused);
    let among_others = app.request(Method::GET, "/v1/keys").header("cookie", format!("a=b; {own}; c=d"));
    assert_eq!(Answer::to(among_others).await.status, 200);
}

#[tokio::test]
async fn what_is_no_session_token_is_401() {
    let app = TestApp::start().await;
    let long = "x".repeat(5000);
    for token in ["", "x", "4uQeVj5tqViQh7yrWGStvkEG1Zmhx6uasJtWCJziofM8", "\"quoted\"", &long] {
        let request =
            app.request(Method::GET, "/v1/keys").header("cookie", format!("chaser_session={token}"));
        assert_eq!(Answer::to(request).await.refusal(), (401, "unauthenticated".to_owned()), "{token:.20}");
    }
}

#[tokio::test]
async fn a_workspace_sees_only_its_own_keys() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let stranger = Person::join(&app.store, "stranger@example.com").await;
    let as_stranger =
        |method: Method, path: &str| app.request(method, path).header("cookie", &stranger.cookie);
    let listed = Answer::to(as_stranger(Method::GET, "/v1/keys")).await;
    assert_eq!(listed.body, r#"{"keys":[]}"#);

    let path = format!("/v1/keys/{}", key.id);
    let foreign = Answer::to(as_stranger(Method::GET, &path)).await;
    let unknown = Answer::to(as_stranger(Method::GET, "/v1/keys/68c58c43-dafc-433c-9d19-3719ab740159")).await;
    assert_eq!((foreign.status, &foreign.body), (unknown.status, &unknown.body));
    assert_eq!(Answer::to(as_stranger(Method::DELETE, &path)).await.status, 404);
    assert_eq!(app.usage(&key.secret).await.status, 200);
    assert_eq!(app.get_key(&key.id).await["revoked_at"], Value::Null);
}
