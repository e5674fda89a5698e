//! One's own account.

use reqwest::Method;

use super::browser::Page;
use crate::support::{Person, TestApp};

const NEW: &str = "granite waltz thimble";

async fn other_session(app: &TestApp) -> Person {
    let mut other = Person { cookie: String::new(), email: app.owner.email.clone(), ..app.owner };
    other.sign_in_again(&app.store).await;
    other
}

async fn is_signed_in(app: &TestApp, person: &Person) -> bool {
    let page = Page::of(app.request(Method::GET, "/account").header("cookie", &person.cookie)).await;
    page.status == 200
}

#[tokio::test]
async fn the_account_tells_who_one_is() {
    let app = TestApp::start().await;
    let account = app.look_at("/account").await;
    account.says("Signed in as owner@example.com");
    account.says("Workspace Acme");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_not_this_one() {
    let app = TestApp::start().await;
    let other = other_session(&app).await;
    let changed = app.send("/account/password", &[("current", TestApp::PASSWORD), ("new", NEW)]).await;
    assert_eq!(changed.location(), "/account?done=password");
    app.look_at(changed.location()).await.says("Your password is changed. Your other sessions have ended.");
    assert!(!is_signed_in(&app, &other).await);
    assert_eq!(app.sign_in("owner@example.com", NEW).await.status, 204);
    assert_eq!(app.sign_in("owner@example.com", TestApp::PASSWORD).await.status, 401);
}

#[tokio::test]
async fn a_password_is_changed_only_by_whoever_knows_it_and_into_a_good_one() {
    let app = TestApp::start().await;
    let change = async |current: &str, new: &str| {
        let refused = app.send("/account/password", &[("current", current), ("new", new)]).await;
        assert_eq!(refused.status, 422);
        assert!(!refused.html.contains(new));
        refused
    };
    change("wrong", NEW).await.says("That is not your current password.");
    change(TestApp::PASSWORD, "too short").await.says("Use at least 15 characters");
    change(TestApp::PASSWORD, "passwordpassword").await.says("This password is too easy to guess");
    assert_eq!(app.sign_in("owner@example.com", TestApp::PASSWORD).await.status, 204);
}

#[tokio::test]
async fn guessing_the_current_password_is_throttled_like_signing_in() {
    let app = TestApp::start().await;
    let guess = async || app.send("/account/password", &[("current", "wrong"), ("new", NEW)]).await;
    let mut throttled = guess().await;
    while throttled.status == 422 {
        throttled = guess().await;
    }
    assert_eq!(throttled.status, 429);
    throttled.says("Too many wrong passwords");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let app = TestApp::start().await;
    let other = other_session(&app).await;
    assert!(is_signed_in(&app, &other).await);
    let left = app.send("/account/sign-out-everywhere", &[]).await;
    assert_eq!(left.location(), "/sign-in?done=everywhere");
    assert!(!is_signed_in(&app, &other).await && !is_signed_in(&app, &app.owner).await);
}
