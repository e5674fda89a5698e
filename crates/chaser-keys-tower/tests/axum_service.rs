//! The layer around an axum application in a real server on a socket.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::routing::get;
use axum::{Extension, Router};
use chaser_keys::{KeyMode, SecretKey, WorkspaceId};
use chaser_keys_service::testing::FakeVerifier;
use chaser_keys_service::{Refusal, SharedVerifier, VerifiedKey};
use chaser_keys_tower::RequireKeyLayer;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use tokio::net::TcpListener;

const LIVE: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const UNKNOWN: &str = "cha_live_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A server, and the verifier that it asks.
struct TestServer {
    url: String,
    fake: FakeVerifier,
    key: VerifiedKey,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl TestServer {
    async fn start(application: impl FnOnce(SharedVerifier) -> Router) -> Self {
        let fake = FakeVerifier::new();
        let secret: SecretKey = LIVE.parse().unwrap();
        let key = fake.add_key(&secret, workspace());
        let application = application(SharedVerifier::new(fake.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, application).await });
        Self { url, fake, key }
    }

    async fn get(&self, path: &str, credentials: &[&str]) -> Answer {
        let mut request = reqwest::Client::new().get(format!("{}{path}", self.url));
        for credentials in credentials {
            request = request.header(AUTHORIZATION, *credentials);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    async fn get_with_key(&self, path: &str, secret: &str) -> Answer {
        self.get(path, &[&format!("Bearer {secret}")]).await
    }

    fn counted(&self) -> u64 {
        self.fake.counted_requests(self.key.key_id)
    }
}

impl Answer {
    #[track_caller]
    fn assert_is(&self, refusal: Refusal) {
        let expected: http::Response<String> = refusal.into_response();
        assert_eq!(self.status, expected.status().as_u16());
        assert_eq!(self.body, *expected.body());
        for (name, value) in expected.headers() {
            assert_eq!(self.headers.get(name), Some(value), "{name}");
        }
        assert_eq!(self.headers.contains_key("www-authenticate"), refusal.challenge().is_some());
    }
}

fn workspace() -> WorkspaceId {
    "0b6d2c5e-5d53-4a6e-9f0c-1d1f0b0a7e11".parse().unwrap()
}

async fn whoami(Extension(key): Extension<VerifiedKey>) -> String {
    format!("{} {}", key.workspace_id, key.mode)
}

/// `/v1/whoami` with the layer, `/open` for everybody.
fn routes(verifier: SharedVerifier) -> Router {
    let guarded = Router::new().route("/whoami", get(whoami)).fallback(async || "nothing");
    let guarded = guarded.layer(RequireKeyLayer::new(verifier));
    Router::new().nest("/v1", guarded).route("/open", get(async || "open"))
}

#[tokio::test]
async fn a_good_key_reaches_the_handler_and_is_counted_once() {
    let server = TestServer::start(routes).await;
    let answer = server.get_with_key("/v1/whoami", LIVE).await;
    assert_eq!((answer.status, answer.body), (200, format!("{} live", workspace())));
    assert_eq!(server.counted(), 1);
    assert_eq!(server.get("/open", &[]).await.body, "open");
}

#[tokio::test]
async fn every_refusal_is_answered_as_the_service_crate_says() {
    let server = TestServer::start(routes).await;
    let path = "/v1/whoami";
    server.get(path, &[]).await.assert_is(Refusal::NoCredentials);
    server.get(path, &["Basic dXNlcjpwYXNz"]).await.assert_is(Refusal::NoCredentials);
    server.get(path, &["Bearer"]).await.assert_is(Refusal::NoCredentials);
    server.get_with_key(path, "cha_live_nonsense").await.assert_is(Refusal::MalformedKey);
    server.get_with_key(path, UNKNOWN).await.assert_is(Refusal::UnknownKey);
    let good = format!("Bearer {LIVE}");
    server.get(path, &[&good, &good]).await.assert_is(Refusal::SeveralCredentials);
    server.fake.unproven(true);
    server.get_with_key(path, LIVE).await.assert_is(Refusal::FreshnessUnproven);
    server.fake.unproven(false);
    server.fake.revoke(server.key.key_id);
    server.get_with_key(path, LIVE).await.assert_is(Refusal::UnknownKey);
    assert_eq!(server.counted(), 0);
}

#[tokio::test]
async fn a_stranger_does_not_learn_which_paths_there_are() {
    let server = TestServer::start(routes).await;
    server.get("/v1/nothing", &[]).await.assert_is(Refusal::NoCredentials);
    assert_eq!(server.get_with_key("/v1/nothing", LIVE).await.body, "nothing");
}

#[tokio::test]
async fn one_layer_inside_another_counts_a_request_once() {
    let server = TestServer::start(|verifier| {
        let layer = RequireKeyLayer::new(verifier);
        let inner = Router::new().route("/whoami", get(whoami)).layer(layer.clone());
        Router::new().nest("/inner", inner).layer(layer)
    })
    .await;
    for _ in 0..10 {
        assert_eq!(server.get_with_key("/inner/whoami", LIVE).await.status, 200);
    }
    assert_eq!(server.counted(), 10);
}

#[tokio::test]
async fn an_identity_that_the_request_already_has_is_honoured() {
    let server = TestServer::start(|verifier| {
        let key_id = "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap();
        let identity = VerifiedKey::new(key_id, workspace(), KeyMode::Test);
        routes(verifier).layer(Extension(identity))
    })
    .await;
    let answer = server.get("/v1/whoami", &[]).await;
    assert_eq!((answer.status, answer.body), (200, format!("{} test", workspace())));
    assert_eq!(server.counted(), 0);
}
