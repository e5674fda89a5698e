//! The internal listener, and that it is internal.

use reqwest::Method;

use chaser_keys_http::INTERNAL_ROUTES;

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn health_and_readiness_are_told_to_the_operator_alone() {
    let app = TestApp::start().await;
    let health = app.internal("/healthz").await;
    assert_eq!((health.status.as_u16(), health.body.as_str()), (200, r#"{"status":"alive"}"#));
    let readiness = app.internal("/readyz").await;
    assert_eq!((readiness.status.as_u16(), readiness.body.as_str()), (200, r#"{"status":"ready"}"#));
    for route in INTERNAL_ROUTES {
        let from_outside = Answer::to(app.request(Method::GET, route.path())).await;
        assert_eq!(from_outside.refusal(), (404, "not_found".to_owned()), "{}", route.path());
    }
    assert_eq!(app.internal("/v1/keys").await.refusal(), (404, "not_found".to_owned()));
}
