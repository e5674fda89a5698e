//! Passwords at the door.

use std::time::{Duration, Instant};

use chaser_keys_http::HttpOptions;
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Person, TestApp};

#[tokio::test]
async fn wrong_password_unknown_address_and_disabled_person_get_the_same_answer() {
    let app = TestApp::start().await;
    let disabled = Person::join(&app.store, "disabled@example.com").await;
    app.store.disable_user(&disabled.email.parse().unwrap()).await.unwrap();
    let wrong = app.sign_in("owner@example.com", "not the password at all").await;
    assert_eq!(wrong.refusal(), (401, "wrong_credentials".to_owned()));
    for (email, password) in [
        ("nobody@example.com", "not the password at all"),
        ("nobody@example.com", ""),
        ("disabled@example.com", TestApp::PASSWORD),
        ("owner@example.com", &TestApp::PASSWORD.to_uppercase()),
        ("owner@example.com", &"x".repeat(10_000)),
    ] {
        let answer = app.sign_in(email, password).await;
        assert_eq!((answer.status, &answer.body), (wrong.status, &wrong.body), "{email}");
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn disabling_a_person_ends_their_sessions() {
    let app = TestApp::start().await;
    app.store.disable_user(&app.owner.email.parse().unwrap()).await.unwrap();
    assert_eq!(Answer::to(app.as_owner(Method::GET, "/v1/auth/session")).await.status, 401);
}

#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let app = TestApp::start().await;
    let time = async |email: &str| {
        let begun = Instant::now();
        assert_eq!(app.sign_in(email, "not the password at all").await.status, 401);
        begun.elapsed()
    };
    // In turns, and the fastest of each: other tests run beside this one.
    let (mut unknown, mut wrong) = (Duration::MAX, Duration::MAX);
    for _ in 0..8 {
        unknown = unknown.min(time("nobody@example.com").await);
        wrong = wrong.min(time("owner@example.com").await);
    }
    // Without the hash of a decoy it would be a tenth, or less. Wide, since other tests run beside this one.
    let ratio = unknown.as_secs_f64() / wrong.as_secs_f64();
    assert!((0.3..10.0).contains(&ratio), "{unknown:?} and {wrong:?}");
}

#[tokio::test]
async fn guessing_is_throttled_before_hashing_and_the_owners_browser_is_not() {
    let app = TestApp::start().await;
    let signed_in = app.sign_in("owner@example.com", TestApp::PASSWORD).await;
    let cookies = signed_in.headers.get_all("set-cookie").iter();
    let device = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next().map(ToOwned::to_owned));
    let device = device.into_iter().find(|cookie| cookie.starts_with("chaser_device=")).unwrap();

    let mut throttled = None;
    for _ in 0..50 {
        let answer = app.sign_in("owner@example.com", "not the password at all").await;
        if answer.status == 429 {
            throttled = Some(answer);
            break;
        }
        assert_eq!(answer.status, 401);
    }
    let throttled = throttled.expect("nobody was throttled");
    assert_eq!(throttled.code(), "too_many_attempts");
    let seconds: u64 = throttled.header("retry-after").parse().unwrap();
    assert!(seconds >= 1 && throttled.message().contains(&format!("{seconds} seconds")), "{throttled:?}");

    // The right password does not help whoever guesses; the browser that signed in before is let in.
    assert_eq!(app.sign_in("owner@example.com", TestApp::PASSWORD).await.status, 429);
    let body = json!({"email": "owner@example.com", "password": TestApp::PASSWORD});
    let from_known_browser =
        app.request(Method::POST, "/v1/auth/login").header("cookie", &device).json(&body);
    assert_eq!(Answer::to(from_known_browser).await.status, 204);
}

#[tokio::test]
async fn attempts_are_counted_by_the_client_behind_a_trusted_proxy() {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let app = TestApp::start_with(HttpOptions { trusted_proxies, ..HttpOptions::default() }).await;
    let sign_in_from = async |client: &str, password: &str| {
        let body = json!({"email": "owner@example.com", "password": password});
        let request = app.request(Method::POST, "/v1/auth/login").header("x-forwarded-for", client);
        Answer::to(request.json(&body)).await.status.as_u16()
    };
    let mut status = 401;
    for _ in 0..50 {
        status = sign_in_from("203.0.113.5", "not the password at all").await;
        if status != 401 {
            break;
        }
    }
    assert_eq!(status, 429);
    // What the client wrote itself, left of its own address, changes nothing.
    assert_eq!(sign_in_from("198.51.100.7, 203.0.113.5", TestApp::PASSWORD).await, 429);
    assert_eq!(sign_in_from("198.51.100.7", TestApp::PASSWORD).await, 204);
}

#[tokio::test]
async fn many_sign_ins_at_once_do_not_hold_up_keys() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let flood = async {
        let attempts = (0..40).map(|_| app.sign_in("nobody@example.com", "not the password at all"));
        (futures_util::future::join_all(attempts).await, Instant::now())
    };
    let used = async {
        for _ in 0..5 {
            assert_eq!(app.usage(&key.secret).await.status, 200);
        }
        Instant::now()
    };
    let ((answers, flood_ended), used_up) = tokio::join!(flood, used);
    // Whoever had to queue behind the hashes would come last.
    assert!(used_up < flood_ended, "keys waited for sign-ins");
    assert!(answers.iter().all(|answer| [401, 429].contains(&answer.status.as_u16())));
}
