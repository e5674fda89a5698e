//! What every response carries.

use reqwest::Method;

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
