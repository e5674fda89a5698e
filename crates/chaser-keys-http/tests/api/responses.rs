//! What every response carries.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn every_response_has_an_id_of_its_own_or_the_clients_when_it_is_harmless() {
    let app = TestApp::start().await;
    let id_for = async |own: Option<&str>| {
        let mut request = app.request(Method::GET, "/nothing");
        if let Some(own) = own {
            request = request.header("x-request-id", own);
        }
        Answer::to(request).await.header("x-request-id").to_owned()
    };
    let (first, second) = (id_for(None).await, id_for(None).await);
    assert_ne!(first, second);
    assert_eq!(first.len(), 16);
    assert_eq!(id_for(Some("trace-1_A.b")).await, "trace-1_A.b");
    for replaced in ["", "a b", "a;b", &"x".repeat(65), "<script>"] {
        assert_eq!(id_for(Some(replaced)).await.len(), 16, "{replaced}");
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let app = TestApp::start().await;
    let get = Answer::to(app.as_owner(Method::GET, "/v1/keys")).await;
    let head = Answer::to(app.as_owner(Method::HEAD, "/v1/keys")).await;
    assert_eq!((head.status, head.body.as_str()), (get.status, ""));
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(head.header("content-type"), "application/json");
}

#[tokio::test]
async fn unknown_paths_and_methods_outside_the_api_have_the_envelope_too() {
    let app = TestApp::start().await;
    for (method, path) in [
        (Method::GET, "/v2/keys"),
        (Method::POST, "/nothing"),
        (Method::OPTIONS, "/nothing"),
        (Method::TRACE, "/nothing"),
        (Method::GET, "/%FF"),
        (Method::GET, "/%00"),
        (Method::GET, "/%2e%2e/%2e%2e/etc/passwd"),
        (Method::GET, "//"),
        (Method::from_bytes(b"BREW").unwrap(), "/nothing"),
    ] {
        let answer = Answer::to(app.request(method.clone(), path)).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()), "{method} {path}");
    }
}

#[tokio::test]
async fn an_encoded_path_is_treated_like_the_path_that_is_routed() {
    let app = TestApp::start().await;
    for path in ["/v1/usage", "/%761/usage", "/v1/%75sage", "/%76%31/nothing"] {
        let answer = Answer::to(app.request(Method::GET, path).header("accept", "text/html")).await;
        assert_eq!(answer.refusal(), (401, "unauthenticated".to_owned()), "{path}");
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="chaser""#, "{path}");
    }
    for path in ["/v1/auth/login", "/%761/auth/login", "/v1/auth/%6cogin"] {
        let body = json!({"email": app.owner.email, "password": TestApp::PASSWORD});
        let answer = Answer::to(app.request(Method::POST, path).json(&body)).await;
        assert_eq!(answer.status, 204, "{path}");
        assert!(answer.headers.contains_key("set-cookie"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    for path in ["/keys", "/%6beys", "/%6Beys/x/rotate"] {
        let answer = app.request(Method::GET, path).header("accept", "*/*").send().await.unwrap();
        assert_eq!(answer.status(), 303, "{path}");
    }
}
