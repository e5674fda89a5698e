//! In, out, and back to where one was.

use reqwest::Method;
use time::Duration;

use super::browser::{Page, form};
use crate::support::TestApp;

async fn sign_in(app: &TestApp, email: &str, password: &str, next: &str) -> Page {
    let fields = [("email", email), ("password", password), ("next", next)];
    Page::of(form(app.request(Method::POST, "/sign-in"), &fields)).await
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_one_came_for() {
    let app = TestApp::start().await;
    let turned_away = Page::of(app.request(Method::GET, "/keys?q=ci&mode=live")).await;
    assert_eq!(turned_away.location(), "/sign-in?next=%2Fkeys%3Fq%3Dci%26mode%3Dlive");
    let asked = Page::of(app.request(Method::GET, turned_away.location())).await;
    asked.says("E-mail");
    assert_eq!(asked.hidden("next"), "/keys?q=ci&#38;mode=live");

    let entered = sign_in(&app, "Owner@Example.com", TestApp::PASSWORD, "/keys?q=ci&mode=live").await;
    assert_eq!(entered.location(), "/keys?q=ci&mode=live");
    let cookies: Vec<_> =
        entered.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(
        cookies[0].starts_with("chaser_session=") && cookies[0].ends_with("; HttpOnly; SameSite=Lax; Path=/")
    );
    assert!(cookies[1].starts_with("chaser_device="));
    let session = cookies[0].split(';').next().unwrap();
    let keys = Page::of(app.request(Method::GET, "/keys").header("cookie", session)).await;
    keys.says("No keys yet");
}

#[tokio::test]
async fn next_is_never_another_site() {
    let app = TestApp::start().await;
    for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-in"] {
        let entered = sign_in(&app, "owner@example.com", TestApp::PASSWORD, elsewhere).await;
        assert_eq!(entered.location(), "/keys", "{elsewhere}");
        let path = format!("/sign-in?next={}", elsewhere.replace('\\', "%5C"));
        assert_eq!(app.look_at(&path).await.location(), "/keys", "{elsewhere}");
    }
}

#[tokio::test]
async fn a_wrong_sign_in_keeps_the_address_and_never_the_password() {
    let app = TestApp::start().await;
    for email in ["owner@example.com", "nobody@example.com", "no address"] {
        let refused = sign_in(&app, email, "hunter2 hunter2 hunter2", "/usage").await;
        assert_eq!(refused.status, 401);
        refused.says("That sign-in didn’t work. Check both fields.");
        assert_eq!(refused.hidden("email"), email);
        assert_eq!(refused.hidden("next"), "/usage");
        assert!(!refused.html.contains("hunter2"));
    }
}

#[tokio::test]
async fn too_many_failures_are_told_with_the_time_to_wait() {
    let app = TestApp::start().await;
    // Ten at least; on a slow machine some are forgiven meanwhile.
    let mut throttled = sign_in(&app, "owner@example.com", "wrong", "/").await;
    while throttled.status == 401 {
        throttled = sign_in(&app, "owner@example.com", "wrong", "/").await;
    }
    assert_eq!(throttled.status, 429);
    let seconds: u64 = throttled.header("retry-after").parse().unwrap();
    throttled.says(&format!("Too many failed sign-ins. Try again in {seconds} second"));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_says_so() {
    let app = TestApp::start().await;
    let left = app.send("/sign-out", &[]).await;
    assert_eq!(left.location(), "/sign-in?done=signed-out");
    assert!(
        left.header("set-cookie").starts_with("chaser_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
    );
    assert_eq!(app.look_at("/keys").await.location(), "/sign-in?next=%2Fkeys");
    Page::of(app.request(Method::GET, "/sign-in?done=signed-out")).await.says("You’re signed out.");
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_keeps_what_was_typed() {
    let mut app = TestApp::start().await;
    let nonce = app.look_at("/keys/new").await.hidden("nonce");
    app.store.clock().advance(Duration::HOUR);
    let ended = app.send("/keys/new", &[("name", "ci & e2e"), ("mode", "test"), ("nonce", &nonce)]).await;
    assert_eq!(ended.location(), "/sign-in?next=%2Fkeys%2Fnew%3Fname%3Dci%2B%2526%2Be2e%26mode%3Dtest");

    app.later(Duration::ZERO).await;
    let form = app.look_at("/keys/new?name=ci+%26+e2e&mode=test").await;
    assert_eq!(form.hidden("name"), "ci &#38; e2e");
    assert!(form.html.contains("value=\"test\" checked"));
    assert_eq!(app.list_keys().await.len(), 0);
    // Whoever is signed in is not asked again.
    assert_eq!(app.look_at("/sign-in?next=/usage").await.location(), "/usage");
}

#[tokio::test]
async fn a_script_is_told_that_the_session_ended_in_json() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let polling = |cookie: &str| {
        let request = app.request(Method::GET, &format!("/keys/{}/activity", key.id));
        request.header("accept", "application/json").header("cookie", cookie.to_owned()).send()
    };
    let told = polling(&app.owner.cookie).await.unwrap();
    assert_eq!(
        (told.status().as_u16(), told.headers()["cache-control"].to_str().unwrap()),
        (200, "no-store")
    );
    let expected = r#"{"status":"active","last_used_at":null,"requests":0,"requests_since_rotation":0}"#;
    assert_eq!(told.text().await.unwrap(), expected);
    let ended = polling("chaser_session=nonsense").await.unwrap();
    assert_eq!(ended.status(), 401);
    assert!(ended.text().await.unwrap().contains(r#""code":"unauthenticated""#));
}
