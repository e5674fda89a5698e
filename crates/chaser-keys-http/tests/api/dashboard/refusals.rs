//! What is refused is refused on a page, with what to do.

use chaser_keys_http::HttpOptions;
use reqwest::Method;

use super::browser::{Page, form};
use crate::support::{Answer, TestApp};

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let app = TestApp::start().await;
    let nonce = app.look_at("/keys/new").await.hidden("nonce");
    let body = format!("name=evil&mode=live&nonce={nonce}");
    let request = app.as_owner(Method::POST, "/keys/new").header("sec-fetch-site", "cross-site");
    let typed = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    let refused = Page::of(typed).await;
    assert_eq!(refused.status, 403);
    refused.says("This form was sent from another site, so nothing was done.");
    assert_eq!(app.list_keys().await.len(), 0);
}

#[tokio::test]
async fn forms_take_what_they_ask_for_and_nothing_else() {
    let app = TestApp::start().await;
    let nonce = app.look_at("/keys/new").await.hidden("nonce");
    let table: [(&[(&str, &str)], &str); 5] = [
        (
            &[("name", "a"), ("mode", "live"), ("nonce", &nonce), ("admin", "1")],
            "Unknown field: this form takes “name”, “mode”, “nonce”.",
        ),
        (&[("name", "a"), ("name", "b"), ("mode", "live")], "“name” is given twice."),
        (&[("name", "a\0b"), ("mode", "live"), ("nonce", &nonce)], "“name” is not plain text."),
        (&[("name", "a"), ("mode", "prod"), ("nonce", &nonce)], "The mode of a key is “live” or “test”."),
        (&[("name", "a"), ("mode", "live")], "An Idempotency-Key is 1 to 255 visible ASCII characters"),
    ];
    for (fields, told) in table {
        let refused = app.send("/keys/new", fields).await;
        assert_eq!(refused.status, 400, "{fields:?}");
        refused.says(told);
    }
    let huge = "x".repeat(17 * 1024);
    assert_eq!(app.send("/keys/new", &[("name", &huge)]).await.status, 413);
    let json = app.as_owner(Method::POST, "/keys/new").json(&serde_json::json!({"name": "a"}));
    assert_eq!(Page::of(json).await.status, 415);
    assert_eq!(app.list_keys().await.len(), 0);
}

#[tokio::test]
async fn what_is_not_there_is_a_page_for_browsers_and_the_envelope_for_programs() {
    let app = TestApp::start().await;
    for path in ["/nothing", "/assets/0/nothing.js"] {
        let page = Page::of(app.request(Method::GET, path)).await;
        assert_eq!(page.status, 404);
        page.says("There is no page at this address.");
        assert_eq!(Answer::to(app.request(Method::GET, path)).await.refusal(), (404, "not_found".to_owned()));
    }
    let no_key = app.look_at("/keys/not-an-id/rename").await;
    assert_eq!(no_key.status, 404);
    no_key.says("No such key");
    let no_method = app.look_at("/sign-out").await;
    assert_eq!((no_method.status, no_method.header("allow")), (405, "POST"));
    no_method.says("This address is reached by a form");
    // The API answers browsers as it answers programs.
    let api =
        app.as_owner(Method::GET, "/v1/keys/nothing").header("accept", "text/html").send().await.unwrap();
    assert_eq!(api.headers()["content-type"], "application/json");
}

#[tokio::test]
async fn a_form_whose_fate_is_unknown_says_so() {
    let app = TestApp::start().await;
    let nonce = app.look_at("/keys/new").await.hidden("nonce");
    app.sql("alter table idempotency_keys rename to idempotency_keys_away").await;
    let fields = [("name", "a"), ("mode", "live"), ("nonce", nonce.as_str())];
    let unknown = Page::of(form(app.as_owner(Method::POST, "/keys/new"), &fields)).await;
    assert_eq!(unknown.status, 503);
    unknown.says("We couldn’t confirm this");
    unknown.says("Check the list before trying again");
    unknown.does_not_say("idempotency_keys");
}

#[tokio::test]
async fn a_whole_key_in_the_search_is_refused_and_said_how_to_search() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    let refused = app.look_at(&format!("/keys?q={}", key.secret)).await;
    assert_eq!(refused.status, 400);
    refused.says("Search for the key’s first 16 characters instead, and rotate that key now.");
}

#[tokio::test]
async fn the_opener_policy_is_sent_only_to_where_browsers_honour_it() {
    let plain = TestApp::start().await;
    let policy_at = async |app: &TestApp, host: &str| {
        let request = app.request(Method::GET, "/sign-in").header("accept", "text/html").header("host", host);
        let answer = request.send().await.unwrap();
        answer.headers().get("cross-origin-opener-policy").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(policy_at(&plain, "localhost:8080").await.as_deref(), Some("same-origin"));
    assert_eq!(policy_at(&plain, "keys.lan:8080").await, None);

    let public_url = "https://keys.example.com".parse().ok();
    let behind_tls = TestApp::start_with(HttpOptions { public_url, ..HttpOptions::default() }).await;
    assert_eq!(policy_at(&behind_tls, "keys.example.com").await.as_deref(), Some("same-origin"));
}
