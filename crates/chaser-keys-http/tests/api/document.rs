//! The OpenAPI document: checked in, served, and true to the routes.

use std::collections::BTreeSet;
use std::path::Path;

use chaser_keys_http::openapi_document;
use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, TestApp, calls};

#[test]
fn the_checked_in_document_is_what_the_handlers_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let built = format!("{}\n", openapi_document());
    #[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the test, no configuration")]
    let update = std::env::var_os("UPDATE_OPENAPI").is_some();
    if update {
        std::fs::write(&path, &built).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        checked_in == built,
        "docs/openapi.json is not what the handlers say. If the change is meant, write it anew with\n\
         UPDATE_OPENAPI=1 cargo test -p chaser-keys-http --test api document\n\
         and review the difference: customers read it."
    );
}

#[test]
fn the_document_has_every_call_of_the_api_and_nothing_else() {
    let document: Value = serde_json::from_str(openapi_document()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["operationId"].is_string() && operation["summary"].is_string(), "{path}");
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let routed = calls().map(|route| format!("{} {}", route.method(), route.path())).collect();
    assert_eq!(documented, routed);
}

#[tokio::test]
async fn the_document_is_served_as_it_is_checked_in() {
    let app = TestApp::start().await;
    let served = Answer::to(app.request(Method::GET, "/api-docs/openapi.json")).await;
    assert_eq!(served.status, 200);
    assert_eq!(served.header("content-type"), "application/json");
    assert_eq!(served.body, openapi_document());
}
