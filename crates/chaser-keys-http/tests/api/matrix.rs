//! Every endpoint, called by everyone.

use std::collections::BTreeSet;

use chaser_keys_http::{Access, PUBLIC_ROUTES};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use time::Duration;

use crate::support::{Answer, CreatedKey, Person, TestApp, calls};

/// Who calls, in the order of the matrix's columns.
const CALLERS: [&str; 10] = [
    "nobody",
    "a malformed key",
    "an unknown key",
    "a test key",
    "a live key",
    "a revoked key",
    "a key in grace",
    "a key after its grace",
    "a cookie",
    "another workspace's cookie",
];

#[rustfmt::skip]
const MATRIX: &[(&str, [u16; 10])] = &[
    //                              nobody  bad  ???  test live  rev grace  exp cookie other
    ("POST /v1/auth/login",          [204, 204, 204, 204, 204, 204, 204, 204, 204, 204]),
    ("POST /v1/auth/logout",         [401, 401, 401, 401, 401, 401, 401, 401, 204, 204]),
    ("GET /v1/auth/session",         [401, 401, 401, 401, 401, 401, 401, 401, 200, 200]),
    ("GET /v1/keys",                 [401, 401, 401, 401, 401, 401, 401, 401, 200, 200]),
    ("POST /v1/keys",                [401, 401, 401, 401, 401, 401, 401, 401, 201, 201]),
    ("GET /v1/keys/{id}",            [401, 401, 401, 401, 401, 401, 401, 401, 200, 404]),
    ("PATCH /v1/keys/{id}",          [401, 401, 401, 401, 401, 401, 401, 401, 200, 404]),
    ("DELETE /v1/keys/{id}",         [401, 401, 401, 401, 401, 401, 401, 401, 204, 404]),
    ("POST /v1/keys/{id}/rotate",    [401, 401, 401, 401, 401, 401, 401, 401, 201, 404]),
    ("GET /v1/usage",                [401, 401, 401, 200, 200, 401, 200, 401, 401, 401]),
    ("GET /api-docs/openapi.json",   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    // HEAD where GET is.
    ("HEAD /v1/keys",                [401, 401, 401, 401, 401, 401, 401, 401, 200, 200]),
    ("HEAD /v1/usage",               [401, 401, 401, 200, 200, 401, 200, 401, 401, 401]),
    // Credentials come before routing: a stranger cannot tell which paths and methods there are.
    ("GET /v1/sessions",             [401, 401, 401, 404, 404, 401, 404, 401, 401, 401]),
    ("POST /v1/usage",               [401, 401, 401, 405, 405, 401, 405, 401, 401, 401]),
    ("GET /v1",                      [401, 401, 401, 404, 404, 401, 404, 401, 401, 401]),
    ("GET /v1/keys/{id}/nothing",    [401, 401, 401, 401, 401, 401, 401, 401, 404, 404]),
    ("PUT /v1/keys",                 [401, 401, 401, 401, 401, 401, 401, 401, 405, 405]),
    ("GET /v1/auth/nothing",         [401, 401, 401, 401, 401, 401, 401, 401, 404, 404]),
    ("GET /v1/auth/login",           [405, 405, 405, 405, 405, 405, 405, 405, 405, 405]),
    ("GET /nothing",                 [404, 404, 404, 404, 404, 404, 404, 404, 404, 404]),
    // What the router decodes is what the gate decides by.
    ("GET /v1/%6beys",               [401, 401, 401, 401, 401, 401, 401, 401, 200, 200]),
    ("GET /%761/usage",              [401, 401, 401, 200, 200, 401, 200, 401, 401, 401]),
];

#[tokio::test]
async fn every_endpoint_answers_every_caller_as_the_matrix_says() {
    let mut scene = Scene::set().await;
    for (endpoint, expected) in MATRIX {
        scene.renew().await;
        for (caller, expected) in CALLERS.into_iter().zip(expected) {
            let answer = Answer::to(scene.call(endpoint, caller)).await;
            assert_eq!(answer.status.as_u16(), *expected, "{endpoint} by {caller}: {}", answer.body);
            if answer.status == 401 {
                let refused_key = expects_a_key(endpoint) && caller.contains("key");
                assert_eq!(
                    answer.header("www-authenticate"),
                    if refused_key {
                        r#"Bearer realm="chaser", error="invalid_token""#
                    } else {
                        r#"Bearer realm="chaser""#
                    },
                    "{endpoint} by {caller}"
                );
            }
        }
    }
}

#[test]
fn every_call_of_the_api_stands_in_the_matrix() {
    let covered: BTreeSet<_> = MATRIX.iter().map(|(endpoint, _)| (*endpoint).to_owned()).collect();
    for route in calls() {
        let endpoint = format!("{} {}", route.method(), route.path());
        assert!(covered.contains(&endpoint), "add a row for {endpoint} to the matrix");
    }
}

/// Of all pages there are, so that none can be forgotten.
#[tokio::test]
async fn pages_lead_everyone_without_a_session_to_sign_in_and_do_nothing() {
    let scene = Scene::set().await;
    let keys_before = scene.app.list_keys().await;
    for route in PUBLIC_ROUTES.iter().filter(|route| route.access() == Access::Page) {
        let endpoint = format!("{} {}", route.method(), route.path());
        for caller in CALLERS.into_iter().filter(|caller| !caller.contains("cookie")) {
            let answer = Answer::to(scene.call(&endpoint, caller)).await;
            assert_eq!(answer.status, 303, "{endpoint} by {caller}: {}", answer.body);
            assert!(answer.header("location").starts_with("/sign-in"), "{endpoint} by {caller}");
            assert_eq!(answer.header("cache-control"), "no-store", "{endpoint} by {caller}");
        }
    }
    assert_eq!(scene.app.list_keys().await, keys_before);
}

fn expects_a_key(endpoint: &str) -> bool {
    !endpoint.contains("/v1/auth") && !endpoint.contains("/v1/keys") && !endpoint.contains("/v1/%6beys")
}

/// A server with a key in every state there is.
struct Scene {
    app: TestApp,
    stranger: Person,
    target: CreatedKey,
    test_key: CreatedKey,
    live_key: CreatedKey,
    revoked_key: CreatedKey,
    key_in_grace: CreatedKey,
    key_after_grace: CreatedKey,
}

impl Scene {
    async fn set() -> Self {
        let mut app = TestApp::start().await;
        let key_after_grace = app.create_key("after grace").await;
        app.rotate_key(&key_after_grace.id, 1).await;
        app.store.clock().advance(Duration::days(2));
        app.owner.sign_in_again(&app.store).await;

        let key_in_grace = app.create_key("in grace").await;
        app.rotate_key(&key_in_grace.id, 1).await;
        let revoked_key = app.create_key("revoked").await;
        app.revoke_key(&revoked_key.id).await;
        Self {
            stranger: Person::join(&app.store, "stranger@example.com").await,
            target: app.create_key("target").await,
            test_key: app.create_key_with(json!({"name": "test", "mode": "test"})).await,
            live_key: app.create_key("live").await,
            revoked_key,
            key_in_grace,
            key_after_grace,
            app,
        }
    }

    /// What calls use up: the sessions they end, the key they rotate and revoke.
    async fn renew(&mut self) {
        self.app.owner.sign_in_again(&self.app.store).await;
        self.stranger.sign_in_again(&self.app.store).await;
        self.target = self.app.create_key("target").await;
    }

    fn call(&self, endpoint: &str, caller: &str) -> RequestBuilder {
        let (method, path) = endpoint.split_once(' ').unwrap();
        let request = self.app.request(method.parse().unwrap(), &path.replace("{id}", &self.target.id));
        self.present(with_body(request, endpoint), caller)
    }

    fn present(&self, request: RequestBuilder, caller: &str) -> RequestBuilder {
        match caller {
            "nobody" => request,
            "a malformed key" => request.bearer_auth("cha_live_nonsense"),
            "an unknown key" => request.bearer_auth("cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ"),
            "a test key" => request.bearer_auth(&self.test_key.secret),
            "a live key" => request.bearer_auth(&self.live_key.secret),
            "a revoked key" => request.bearer_auth(&self.revoked_key.secret),
            "a key in grace" => request.bearer_auth(&self.key_in_grace.secret),
            "a key after its grace" => request.bearer_auth(&self.key_after_grace.secret),
            "a cookie" => request.header("cookie", &self.app.owner.cookie),
            "another workspace's cookie" => request.header("cookie", &self.stranger.cookie),
            unknown => panic!("who is {unknown}?"),
        }
    }
}

fn with_body(request: RequestBuilder, endpoint: &str) -> RequestBuilder {
    match endpoint {
        "POST /v1/auth/login" => {
            request.json(&json!({"email": "owner@example.com", "password": TestApp::PASSWORD}))
        }
        "POST /v1/keys" | "PATCH /v1/keys/{id}" => request.json(&json!({"name": "ci"})),
        _ => request,
    }
}

#[tokio::test]
async fn a_405_lists_what_the_path_takes() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let allowed = async |path: &str| {
        let answer = Answer::to(app.as_owner(Method::PUT, path)).await;
        assert_eq!(answer.status, 405);
        answer.header("allow").to_owned()
    };
    assert_eq!(allowed("/v1/keys").await, "GET, HEAD, POST");
    assert_eq!(allowed(&format!("/v1/keys/{}", key.id)).await, "GET, HEAD, PATCH, DELETE");
    assert_eq!(allowed(&format!("/v1/keys/{}/rotate", key.id)).await, "POST");
    assert_eq!(allowed("/v1/auth/login").await, "POST");
    assert_eq!(allowed("/api-docs/openapi.json").await, "GET, HEAD");
}
