//! A customer, two nodes of the authority, a proxy, and an API behind it.

use local_postgres::TestDatabase;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use rustix::process::Signal;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::database;
use crate::front::Front;
use crate::gateway::{Gateway, Proxy};
use crate::http::{Customer, client, create_user};
use crate::outage;
use crate::running_server::RunningServer;
use crate::upstream::Upstream;

const UNKNOWN: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const SPOOFED: &str = "00000000-0000-4000-8000-000000000000";

pub(crate) const OUTSIDE: [&str; 9] = [
    "/other",
    "/v1/../other",
    "/v1/..",
    "/v1/./../other",
    "/v1/sessions/../../other?page=1",
    "/v1/%2e%2E/other",
    "/v1/..%2fother",
    "/v1/..\\other",
    "/v1/..;/other",
];

pub(crate) struct Scene {
    database: TestDatabase,
    /// The one that the proxy asks.
    asked: RunningServer,
    other: RunningServer,
    /// On the other node.
    customer: Customer,
    workspace: String,
    upstream: Upstream,
    front: Front,
    client: Client,
}

impl Scene {
    pub(crate) async fn prepare(proxy: Proxy) -> Self {
        Self::prepare_with(proxy, |configuration| configuration).await
    }

    pub(crate) async fn prepare_with(proxy: Proxy, change: impl Fn(String) -> String) -> Self {
        let upstream = Upstream::start().await;
        let api = upstream.address.clone();
        Self::build(upstream, &[], |asked| {
            let authority = asked.internal_url.trim_start_matches("http://");
            Front::Proxy(Gateway::start(proxy, authority, &api, change))
        })
        .await
    }

    /// The authority itself in front of the API.
    pub(crate) async fn prepare_pass_through() -> Self {
        let upstream = Upstream::start().await;
        let api = format!("http://{}", upstream.address);
        Self::build(upstream, &[("CHASER_UPSTREAM", &api)], |asked| Front::PassThrough(asked.url.clone()))
            .await
    }

    async fn build(
        upstream: Upstream,
        settings: &[(&str, &str)],
        front: impl FnOnce(&RunningServer) -> Front,
    ) -> Self {
        let database = database::migrated().await;
        let workspace = create_user(database.url()).await;
        let short = [("CHASER_LEASE", "1s")];
        let asked = RunningServer::start_with(database.url(), &[&short, settings].concat()).await;
        let other = RunningServer::start(database.url()).await;
        let customer = Customer::sign_in(&other.url).await;
        let front = front(&asked);
        Self { database, asked, other, customer, workspace, upstream, front, client: client() }
    }

    fn get(&self, key: &str) -> RequestBuilder {
        self.client.get(format!("{}/v1/sessions", self.front.url())).bearer_auth(key)
    }

    /// An id and its secret.
    async fn create_key(&self) -> (String, String) {
        let key = self.customer.create_key("gateway").await;
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    pub(crate) async fn a_good_key_reaches_the_api_with_its_identity_and_without_the_secret(&self) {
        let (id, secret) = self.create_key().await;
        // Many on one connection: the proxy's own connections are used again.
        for _ in 0..100 {
            let seen = ok(self.get(&secret)).await;
            assert_eq!(seen["line"], "GET /v1/sessions HTTP/1.1");
            let headers = &seen["headers"];
            assert_eq!(headers["x-chaser-key-id"], id.as_str());
            assert_eq!(headers["x-chaser-workspace-id"], self.workspace.as_str());
            assert_eq!(headers["x-chaser-mode"], "live");
            assert_eq!(headers.get("authorization"), None);
            assert!(!seen.to_string().contains(&secret));
        }
    }

    pub(crate) async fn what_a_client_claims_about_itself_is_not_believed(&self) {
        assert!(!self.is_spoofed().await);
    }

    /// Whether anything that a client says about itself reaches the API.
    pub(crate) async fn is_spoofed(&self) -> bool {
        let (_, secret) = self.create_key().await;
        let mut request = self.get(&secret);
        for name in ["X-Chaser-Key-Id", "X-Chaser-Workspace-Id", "X-Chaser-Mode"].map(spellings).concat() {
            request = request.header(name, SPOOFED);
        }
        ok(request).await.to_string().contains(SPOOFED)
    }

    pub(crate) async fn a_bad_key_is_401_and_the_api_sees_nothing(&self) {
        let before = self.upstream.seen();
        for key in [UNKNOWN, "cha_live_nonsense"] {
            let answer = self.get(key).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(
                answer.headers()["www-authenticate"],
                r#"Bearer realm="chaser", error="invalid_token""#
            );
            assert_eq!(code(answer).await, "unauthenticated");
        }
        let url = format!("{}/v1/sessions", self.front.url());
        let nobody = self.client.get(url).send().await.unwrap();
        assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(nobody.headers()["www-authenticate"], r#"Bearer realm="chaser""#);
        assert_eq!(self.upstream.seen(), before);
    }

    /// Paths as no well-behaved client sends them, without a key.
    pub(crate) async fn no_path_leads_round_the_authority(&self) {
        let before = self.upstream.seen();
        for path in [
            "//v1/sessions",
            "/x/../v1/sessions",
            "/v1/./sessions",
            "/%76%31/sessions",
            "/v1%2fsessions",
            "/V1/sessions",
        ] {
            let answer = raw(self.front.url(), path, None).await;
            assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        }
        assert_eq!(self.upstream.seen(), before);
    }

    pub(crate) async fn a_path_that_leads_out_of_the_api_is_refused(&self) {
        assert_eq!(self.ways_out_of_the_api().await, Vec::<&str>::new());
        // Dots that lead nowhere are part of a name like any other.
        let (_, secret) = self.create_key().await;
        let seen = raw(self.front.url(), "/v1/..sessions...", Some(&secret)).await;
        assert!(seen.contains("GET /v1/..sessions... HTTP/1.1"), "{seen}");
    }

    /// Those of the paths that are not the API's, or are not once it has tidied them up, which reach it with a good key.
    pub(crate) async fn ways_out_of_the_api(&self) -> Vec<&'static str> {
        let (_, secret) = self.create_key().await;
        let mut ways = Vec::new();
        for path in OUTSIDE {
            let before = self.upstream.seen();
            let answer = raw(self.front.url(), path, Some(&secret)).await;
            if self.upstream.seen() == before {
                let status = answer.split(' ').nth(1).unwrap();
                let is_told = answer.contains(r#"{"error":{"code":""#);
                assert!(matches!(status, "400" | "404") && is_told, "{path}: {answer}");
            } else {
                ways.push(path);
            }
        }
        ways
    }

    pub(crate) async fn a_body_of_a_megabyte_arrives_whole(&self) {
        let (_, secret) = self.create_key().await;
        let url = format!("{}/v1/sessions", self.front.url());
        let request = self.client.request(Method::POST, url).bearer_auth(&secret).body(vec![b'x'; 1_000_000]);
        assert_eq!(ok(request).await["body_bytes"], 1_000_000);
    }

    pub(crate) async fn a_key_that_was_revoked_on_another_node_is_refused_at_once(&self) {
        for _ in 0..10 {
            let (id, secret) = self.create_key().await;
            ok(self.get(&secret)).await;
            let revoked = self.customer.call(Method::DELETE, &format!("/v1/keys/{id}"), None).await;
            assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
            assert_eq!(self.get(&secret).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        }
    }

    /// The authority is there, and cut off from PostgreSQL for longer than its lease.
    pub(crate) async fn while_it_cannot_be_known_clients_are_told_to_come_back_and_nothing_is_let_through(
        &self,
    ) {
        let (_, secret) = self.create_key().await;
        ok(self.get(&secret)).await;
        outage::refuse_connections(&self.database, true).await;
        outage::until_readiness(&self.asked, false).await;
        let before = self.upstream.seen();
        for key in [secret.as_str(), UNKNOWN] {
            let answer = self.get(key).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers()["retry-after"], "1");
            assert_eq!(code(answer).await, "unavailable");
        }
        assert_eq!(self.upstream.seen(), before);
        outage::refuse_connections(&self.database, false).await;
        outage::until_readiness(&self.asked, true).await;
        ok(self.get(&secret)).await;
        outage::until_readiness(&self.other, true).await;
    }

    pub(crate) async fn without_the_authority_nothing_is_let_through(&mut self) {
        let (_, secret) = self.create_key().await;
        ok(self.get(&secret)).await;
        self.asked.signal(Signal::TERM);
        assert_eq!(self.asked.ended().await, Some(0));
        let before = self.upstream.seen();
        for _ in 0..5 {
            // The pass-through has gone with the authority: nobody answers at all.
            let Ok(answer) = self.get(&secret).send().await else {
                assert!(matches!(self.front, Front::PassThrough(_)));
                continue;
            };
            assert!(matches!(answer.status().as_u16(), 502 | 503), "{answer:?}");
        }
        assert_eq!(self.upstream.seen(), before);
    }
}

/// A name with each choice of hyphens and underscores: there are APIs to which all of them are one.
fn spellings(name: &str) -> Vec<String> {
    let mut parts = name.split('-');
    let first = parts.next().unwrap().to_owned();
    parts.fold(vec![first], |begun, part| {
        begun.iter().flat_map(|begun| [format!("{begun}-{part}"), format!("{begun}_{part}")]).collect()
    })
}

/// What the API saw.
async fn ok(request: RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

async fn code(answer: Response) -> String {
    let body: Value = answer.json().await.unwrap();
    body["error"]["code"].as_str().unwrap().to_owned()
}

/// A request whose path nobody tidies up.
async fn raw(url: &str, path: &str, key: Option<&str>) -> String {
    let address = url.trim_start_matches("http://");
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let key = key.map_or_else(String::new, |key| format!("authorization: Bearer {key}\r\n"));
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{key}connection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}
