//! A key is made, and its secret is shown once.

use super::browser::Page;
use crate::support::{TestApp, eventually};

#[tokio::test]
async fn a_secret_is_in_the_one_response_that_makes_the_key() {
    let app = TestApp::start().await;
    let made = app.create_in_dashboard("ci-e2e", "test").await;
    assert_eq!(made.status, 201);
    made.says("Copy your key now");
    made.says("This is the only time we show it.");
    let secret = made.secret().unwrap();
    assert!(secret.starts_with("cha_test_") && secret.len() == 52);
    assert!(made.html.contains(&format!("CHASER_KEY={secret}<")));
    // The line for a shell names the variable: the secret would stay in the shell's history.
    made.says(&format!("curl -H \"Authorization: Bearer $CHASER_KEY\" http://{}/v1/usage", app.public));
    assert_eq!(made.html.matches(&secret).count(), 2);
    assert_eq!(app.usage(&secret).await.status, 200);

    for path in ["/keys", "/keys/new", "/usage", "/account"] {
        assert!(!app.look_at(path).await.html.contains(&secret[16..]), "{path}");
    }
}

#[tokio::test]
async fn a_form_that_is_sent_again_makes_no_second_key() {
    let app = TestApp::start().await;
    let nonce = app.look_at("/keys/new").await.hidden("nonce");
    let fields = [("name", "ci-e2e"), ("mode", "live"), ("nonce", nonce.as_str())];
    let (first, second) = tokio::join!(app.send("/keys/new", &fields), app.send("/keys/new", &fields));
    let shown: Vec<_> = [&first, &second].into_iter().filter_map(Page::secret).collect();
    assert_eq!(shown.len(), 1, "{first:?} {second:?}");

    let replayed = app.send("/keys/new", &fields).await;
    assert_eq!((replayed.status, replayed.secret()), (200, None));
    replayed.says("“ci-e2e” was already created");
    replayed.says("Its secret can’t be shown again.");
    replayed.says("Get a new secret");
    assert_eq!(app.list_keys().await.len(), 1);

    let changed = app.send("/keys/new", &[("name", "other"), ("mode", "live"), ("nonce", &nonce)]).await;
    assert_eq!(changed.status, 422);
    changed.says("Nothing new was created.");
    assert_ne!(changed.hidden("nonce"), nonce);
    assert_eq!(app.list_keys().await.len(), 1);
}

#[tokio::test]
async fn a_key_stays_marked_until_somebody_says_that_its_secret_is_saved() {
    let app = TestApp::start().await;
    let made = app.create_in_dashboard("ci-e2e", "live").await;
    let id = made.key_id();
    let list = app.look_at("/keys").await;
    list.says("1 key · 1 needs attention");
    list.says("Secret not confirmed");
    list.says("Missed it?");
    assert!(list.html.contains(&format!("/keys/{id}/rotate?grace=0")));

    let confirmed = app.send(&format!("/keys/{id}/confirm"), &[]).await;
    assert_eq!(confirmed.location(), format!("/keys?done=ready&key={id}"));
    let list = app.look_at(confirmed.location()).await;
    list.says("“ci-e2e” is ready.");
    list.does_not_say("Secret not confirmed");
    list.does_not_say("needs attention");
    // A link cannot make it say what is not so.
    app.look_at(&format!("/keys?done=revoked&key={id}")).await.does_not_say("is revoked");
}

#[tokio::test]
async fn a_key_made_by_a_program_is_not_marked() {
    let app = TestApp::start().await;
    app.create_key("ci").await;
    let list = app.look_at("/keys").await;
    list.says("1 key");
    list.does_not_say("needs attention");
    list.does_not_say("Secret not confirmed");
}

#[tokio::test]
async fn the_first_request_is_seen() {
    let app = TestApp::start().await;
    let made = app.create_in_dashboard("ci-e2e", "live").await;
    app.usage(&made.secret().unwrap()).await;
    let activity = format!("/keys/{}/activity", made.key_id());
    eventually(async || {
        let told = app.as_owner(reqwest::Method::GET, &activity).send().await.unwrap();
        told.text().await.unwrap().contains(r#""requests":1"#)
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_none_is_told_beside_the_field() {
    let app = TestApp::start().await;
    let refused = app.create_in_dashboard("  ", "test").await;
    assert_eq!(refused.status, 422);
    refused.says("Give the key a name, for example “production-scraper”.");
    assert!(refused.html.contains("aria-invalid=\"true\""));
    assert!(refused.html.contains("aria-describedby=\"name-hint name-problem\""));
    assert!(refused.html.contains("value=\"test\" checked"));
    let long = "x".repeat(101);
    app.create_in_dashboard(&long, "live").await.says("A key's name has at most 100 characters");
    assert_eq!(app.list_keys().await.len(), 0);
}
