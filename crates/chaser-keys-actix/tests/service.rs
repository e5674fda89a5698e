//! The extractor and the middleware in a real server on a socket.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use actix_web::dev::{ServerHandle, Service};
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpMessage, HttpServer, web};
use chaser_keys::{KeyMode, SecretKey, WorkspaceId};
use chaser_keys_actix::{AuthenticatedKey, Refused, RequireKey};
use chaser_keys_service::testing::FakeVerifier;
use chaser_keys_service::{Refusal, SharedVerifier, VerifiedKey};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Value, json};

const LIVE: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const UNKNOWN: &str = "cha_live_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A server, and the verifier that it asks.
struct TestServer {
    address: SocketAddr,
    fake: FakeVerifier,
    key: VerifiedKey,
    handle: ServerHandle,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl TestServer {
    fn start(configure: impl Fn(&mut ServiceConfig, SharedVerifier) + Clone + Send + 'static) -> Self {
        let fake = FakeVerifier::new();
        let key = fake.add_key(&secret(), workspace());
        let verifier = SharedVerifier::new(fake.clone());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let application = move || {
            let (configure, verifier) = (configure.clone(), verifier.clone());
            App::new().configure(move |config| configure(config, verifier))
        };
        let server =
            HttpServer::new(application).workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, fake, key, handle }
    }

    async fn get(&self, path: &str, credentials: &[&str]) -> Answer {
        let mut request = reqwest::Client::new().get(format!("http://{}{path}", self.address));
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

    async fn stop(self) {
        self.handle.stop(true).await;
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    fn assert_is(&self, refusal: Refusal) {
        assert_eq!(self.status, refusal.status().as_u16());
        for (name, value) in refusal.headers() {
            assert_eq!(self.header(name), Some(value), "{name}");
        }
        assert_eq!(self.header("www-authenticate").is_some(), refusal.challenge().is_some());
        let body: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(body, json!({"error": {"code": refusal.code(), "message": refusal.to_string()}}));
    }
}

fn secret() -> SecretKey {
    LIVE.parse().unwrap()
}

fn workspace() -> WorkspaceId {
    "0b6d2c5e-5d53-4a6e-9f0c-1d1f0b0a7e11".parse().unwrap()
}

async fn whoami(key: AuthenticatedKey) -> String {
    format!("{} {}", key.workspace_id, key.mode)
}

/// `/v1` with the middleware, `/bare` with the extractor alone, `/open` for everybody.
fn routes(config: &mut ServiceConfig, verifier: SharedVerifier) {
    let scope = web::scope("/v1").wrap(RequireKey::from_app_data()).route("/whoami", web::get().to(whoami));
    config
        .app_data(verifier)
        .service(scope)
        .route("/bare", web::get().to(whoami))
        .route("/open", web::get().to(async || "open"));
}

#[actix_web::test]
async fn a_good_key_reaches_the_handler_and_is_counted_once() {
    let server = TestServer::start(routes);
    for (path, counted) in [("/v1/whoami", 1), ("/bare", 2), ("/v1/whoami", 3)] {
        let answer = server.get_with_key(path, LIVE).await;
        assert_eq!((answer.status, answer.body), (200, format!("{} live", workspace())), "{path}");
        assert_eq!(server.counted(), counted, "{path}");
    }
    server.stop().await;
}

#[actix_web::test]
async fn what_is_refused_is_refused_alike_by_middleware_and_extractor() {
    let server = TestServer::start(routes);
    for path in ["/v1/whoami", "/v1/nothing", "/bare"] {
        server.get(path, &[]).await.assert_is(Refusal::NoCredentials);
        server.get(path, &["Basic dXNlcjpwYXNz"]).await.assert_is(Refusal::NoCredentials);
        server.get(path, &["Bearer"]).await.assert_is(Refusal::NoCredentials);
        server.get_with_key(path, "cha_live_nonsense").await.assert_is(Refusal::MalformedKey);
        server.get_with_key(path, UNKNOWN).await.assert_is(Refusal::UnknownKey);
        let good = format!("Bearer {LIVE}");
        server.get(path, &[&good, &good]).await.assert_is(Refusal::SeveralCredentials);
    }
    assert_eq!(server.get("/open", &[]).await.body, "open");
    assert_eq!(server.get_with_key("/v1/nothing", LIVE).await.status, 404);
    server.stop().await;
}

#[actix_web::test]
async fn a_key_works_until_it_is_revoked_and_an_unproven_one_is_503() {
    let server = TestServer::start(routes);
    server.fake.unproven(true);
    server.get_with_key("/v1/whoami", LIVE).await.assert_is(Refusal::FreshnessUnproven);
    server.fake.unproven(false);
    assert_eq!(server.get_with_key("/v1/whoami", LIVE).await.status, 200);
    server.fake.revoke(server.key.key_id);
    server.get_with_key("/v1/whoami", LIVE).await.assert_is(Refusal::UnknownKey);
    server.stop().await;
}

#[actix_web::test]
async fn one_middleware_inside_another_counts_a_request_once() {
    let server = TestServer::start(|config, verifier| {
        let inner = web::scope("/inner").wrap(RequireKey::new(verifier.clone()));
        let inner = inner.route("/whoami", web::get().to(whoami));
        config.service(web::scope("/outer").wrap(RequireKey::new(verifier)).service(inner));
    });
    for _ in 0..10 {
        assert_eq!(server.get_with_key("/outer/inner/whoami", LIVE).await.status, 200);
    }
    assert_eq!(server.counted(), 10);
    server.stop().await;
}

#[actix_web::test]
async fn an_identity_that_the_request_already_has_is_honoured() {
    let server = TestServer::start(|config, verifier| {
        let scope = web::scope("/v1")
            .wrap(RequireKey::new(verifier))
            .wrap_fn(|request, service| {
                let key_id = "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap();
                request.extensions_mut().insert(VerifiedKey::new(key_id, workspace(), KeyMode::Test));
                service.call(request)
            })
            .route("/whoami", web::get().to(whoami));
        config.service(scope);
    });
    let answer = server.get("/v1/whoami", &[]).await;
    assert_eq!((answer.status, answer.body), (200, format!("{} test", workspace())));
    assert_eq!(server.counted(), 0);
    server.stop().await;
}

/// What is logged in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn record() -> Self {
        let log = Self::default();
        let writer = log.clone();
        tracing_subscriber::fmt().with_writer(move || writer.clone()).init();
        log
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[actix_web::test]
async fn without_a_verifier_the_answer_is_500_and_the_log_says_what_is_missing() {
    let log = Log::record();
    let server = TestServer::start(|config, _| {
        let scope =
            web::scope("/v1").wrap(RequireKey::from_app_data()).route("/whoami", web::get().to(whoami));
        config.service(scope).route("/bare", web::get().to(whoami));
    });
    for path in ["/v1/whoami", "/bare"] {
        server.get_with_key(path, LIVE).await.assert_is(Refusal::NoVerifier);
        assert!(log.text().contains("give the application one with `.app_data(verifier)`"), "{}", log.text());
        assert!(log.text().contains(path) && !log.text().contains(LIVE), "{}", log.text());
    }
    server.stop().await;
}

#[actix_web::test]
async fn a_handler_may_serve_strangers_too() {
    async fn greet(key: Result<AuthenticatedKey, Refused>) -> String {
        key.map_or_else(|refused| format!("{:?}", refused.0), |key| key.mode.to_string())
    }
    let server = TestServer::start(|config, verifier| {
        config.app_data(verifier).route("/", web::get().to(greet));
    });
    assert_eq!(server.get("/", &[]).await.body, "NoCredentials");
    assert_eq!(server.get_with_key("/", LIVE).await.body, "live");
    server.stop().await;
}
