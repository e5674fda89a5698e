//! The service on a real PostgreSQL, beside another node that creates and revokes the keys.

use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use chaser_keys::{IssuedKey, KeyMode};
use chaser_keys_storage::testing::TestAuthority;
use serde_json::Value;

use super::*;

fn with_key(request: TestRequest, key: &IssuedKey) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {}", key.secret.expose())))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_key_provisions_and_a_test_key_does_not() {
    let authority = TestAuthority::start().await;
    let service = authority.join_node().await;
    let data = (SharedVerifier::new(service.verifier()), Data::new(Sessions::default()));
    let application = init_service(App::new().configure(|config| configure(config, data.0, data.1))).await;
    let (live, test) = (authority.create_key(KeyMode::Live).await, authority.create_key(KeyMode::Test).await);
    for (key, provisioned) in [(&live, true), (&test, false)] {
        let made =
            call_service(&application, with_key(TestRequest::post().uri("/v1/sessions"), key).to_request())
                .await;
        assert_eq!(made.status(), StatusCode::CREATED);
        assert_eq!(read_body_json::<Value, _>(made).await["provisioned"], provisioned);
    }
    let listed =
        call_service(&application, with_key(TestRequest::get().uri("/v1/sessions"), &test).to_request())
            .await;
    assert_eq!(read_body_json::<Value, _>(listed).await["sessions"].as_array().unwrap().len(), 1);
    // The middleware and the handler both ask for the key: each request counts once.
    service.flush_usage().await.unwrap();
    let usage = authority.usage().await;
    assert_eq!(usage.total_requests, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_revoked_on_another_node_is_refused_at_once() {
    let authority = TestAuthority::start().await;
    let service = authority.join_node().await;
    let data = (SharedVerifier::new(service.verifier()), Data::new(Sessions::default()));
    let application = init_service(App::new().configure(|config| configure(config, data.0, data.1))).await;
    for _ in 0..20 {
        let key = authority.create_key(KeyMode::Live).await;
        let list = || with_key(TestRequest::get().uri("/v1/sessions"), &key).to_request();
        assert_eq!(call_service(&application, list()).await.status(), StatusCode::OK);
        authority.revoke_key(key.key.id).await;
        let refused = call_service(&application, list()).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        let challenge = refused.headers().get(WWW_AUTHENTICATE).unwrap();
        assert_eq!(challenge, r#"Bearer realm="chaser", error="invalid_token""#);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_does_not_learn_which_paths_there_are() {
    let authority = TestAuthority::start().await;
    let service = authority.join_node().await;
    let data = (SharedVerifier::new(service.verifier()), Data::new(Sessions::default()));
    let application = init_service(App::new().configure(|config| configure(config, data.0, data.1))).await;
    let key = authority.create_key(KeyMode::Live).await;
    for path in ["/v1/sessions", "/v1/nothing"] {
        let stranger = call_service(&application, TestRequest::get().uri(path).to_request()).await;
        assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    let nothing =
        call_service(&application, with_key(TestRequest::get().uri("/v1/nothing"), &key).to_request()).await;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
}
