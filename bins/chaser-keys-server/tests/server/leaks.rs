//! K6: with everything logged, no secret is in any log, any refusal or the database.

use local_postgres::{LocalPostgres, Options};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;

use crate::canary::Canary;
use crate::dump;
use crate::http::{Customer, EMAIL, PASSWORD, client, cookie, create_user, post_sign_in, usage_with};
use crate::process::PEPPER;
use crate::running_server::RunningServer;

const WRONG_PASSWORD: &str = "not the passphrase, alas";
/// Well-formed, but nobody's.
const UNKNOWN_KEY: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const NEW_PASSWORD: &str = "and quite another one 2077";
const PLANTED: &str = "planted-canary-4711";

/// What a run leaves behind.
#[derive(Default)]
struct Traces {
    canaries: Vec<Canary>,
    refusals: String,
    metrics: String,
}

impl Traces {
    fn keep_key(&mut self, name: &str, key: &str) {
        // Without its prefix too: a display prefix may be anywhere, the rest nowhere.
        self.canaries.push(Canary::new(name, key).or(&key[9..]).or(&key[16..]));
    }

    async fn refused(&mut self, response: reqwest::Response, expected: StatusCode) {
        assert_eq!(response.status(), expected);
        let headers = format!("{:?}", response.headers());
        self.refusals += &[headers, response.text().await.unwrap(), String::new()].join("\n");
    }
}

async fn exercise(server: &RunningServer, traces: &mut Traces) {
    let url = &server.url;
    let client = client();
    let customer = Customer::sign_in(url).await;
    traces.canaries.push(Canary::new("the session", &customer.session));
    sign_in_otherwise(&client, url, traces).await;

    let created = customer.create_key(PLANTED).await;
    let (id, key) = (created["id"].as_str().unwrap(), created["secret"].as_str().unwrap());
    traces.keep_key("the key", key);
    assert_eq!(usage_with(url, key).await.status(), StatusCode::OK);
    let rotated = customer.call(Method::POST, &format!("/v1/keys/{id}/rotate"), None).await;
    let rotated: serde_json::Value = rotated.json().await.unwrap();
    let successor = rotated["secret"].as_str().unwrap();
    traces.keep_key("the rotated key", successor);
    let again =
        customer.call(Method::POST, &format!("/v1/keys/{id}/rotate"), Some(json!({"grace_days": 0}))).await;
    traces.refused(again, StatusCode::CONFLICT).await;

    misplace_key(&client, url, successor, traces).await;
    ask_in_other_ways(&client, server, key, successor).await;
    let path = format!("/v1/keys/{}", rotated["id"].as_str().unwrap());
    let revoked = customer.call(Method::DELETE, &path, None).await;
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    traces.refused(usage_with(url, successor).await, StatusCode::UNAUTHORIZED).await;
    traces.refused(usage_with(url, UNKNOWN_KEY).await, StatusCode::UNAUTHORIZED).await;
    traces.refused(usage_with(url, &successor[..51]).await, StatusCode::UNAUTHORIZED).await;
    // The path is logged, and so the planted canary must turn up.
    customer.call(Method::GET, &format!("/v1/keys/{PLANTED}"), None).await;
    let listed = customer.call(Method::GET, "/v1/keys", None).await.text().await.unwrap();
    traces.refusals.push_str(&listed);
    customer.call(Method::POST, "/v1/auth/logout", Some(json!({}))).await;
    traces.refused(customer.call(Method::GET, "/v1/keys", None).await, StatusCode::UNAUTHORIZED).await;
    use_the_pages(&client, url, traces).await;
    traces.metrics =
        client.get(format!("{}/metrics", server.internal_url)).send().await.unwrap().text().await.unwrap();
}

async fn sign_in_otherwise(client: &Client, url: &str, traces: &mut Traces) {
    traces.refused(post_sign_in(client, url, EMAIL, WRONG_PASSWORD).await, StatusCode::UNAUTHORIZED).await;
    traces
        .refused(post_sign_in(client, url, "no@example.com", WRONG_PASSWORD).await, StatusCode::UNAUTHORIZED)
        .await;
    // The password where the address belongs, and in a field there is none of.
    traces.refused(post_sign_in(client, url, PASSWORD, EMAIL).await, StatusCode::BAD_REQUEST).await;
    let unknown_field = json!({ "email": EMAIL, "pasword": PASSWORD });
    let response = client.post(format!("{url}/v1/auth/login")).json(&unknown_field).send().await.unwrap();
    traces.refused(response, StatusCode::BAD_REQUEST).await;
    let again = post_sign_in(client, url, EMAIL, PASSWORD).await;
    for name in ["chaser_session", "chaser_device"] {
        if let Some(token) = cookie(&again, name) {
            traces.canaries.push(Canary::new(name, &token));
        }
    }
}

/// Where proxies and services ask, and through the pass-through, where nobody listens behind.
async fn ask_in_other_ways(client: &Client, server: &RunningServer, key: &str, successor: &str) {
    let authorize = format!("{}/authorize", server.internal_url);
    for (secret, expected) in [(key, 200), (successor, 200), (UNKNOWN_KEY, 401), (&successor[..51], 401)] {
        let asked = client.get(&authorize).bearer_auth(secret);
        let original = asked.header("X-Original-URI", format!("/v1/sessions?key={secret}"));
        assert_eq!(original.send().await.unwrap().status(), expected);
    }
    for body in [json!({ "key": key }), json!({ "keys": [key, successor] }), json!({ "key": [key] })] {
        client.post(format!("{}/verify", server.internal_url)).json(&body).send().await.unwrap();
    }
    let passed_on = client.post(format!("{}/v1/sessions", server.url)).bearer_auth(key).body("x");
    assert_eq!(passed_on.send().await.unwrap().status(), StatusCode::BAD_GATEWAY);
}

/// What people type into the dashboard's forms, and the page that shows a secret.
async fn use_the_pages(client: &Client, url: &str, traces: &mut Traces) {
    let send = async |path: &str, cookie: &str, fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = client.post(format!("{url}{path}")).header("Cookie", cookie).body(body);
        request.header("Content-Type", "application/x-www-form-urlencoded").send().await.unwrap()
    };
    let session = Customer::sign_in(url).await.session;
    let signed_in = format!("chaser_session={session}");
    traces.canaries.push(Canary::new("the dashboard's session", &session));
    let wrong = send("/sign-in", "", &[("email", EMAIL), ("password", WRONG_PASSWORD), ("next", "")]).await;
    traces.refused(wrong, StatusCode::UNAUTHORIZED).await;
    let nonce = ("nonce", "leaks");
    let made = send("/keys/new", &signed_in, &[("name", "page"), ("mode", "live"), nonce]).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let page = made.text().await.unwrap();
    let (_, secret) = page.split_once("CHASER_KEY=").unwrap();
    traces.keep_key("the page's key", &secret[..52]);
    let again = send("/keys/new", &signed_in, &[("name", "page"), ("mode", "live"), nonce]).await;
    traces.refused(again, StatusCode::OK).await;
    let change = [("current", WRONG_PASSWORD), ("new", NEW_PASSWORD)];
    traces
        .refused(send("/account/password", &signed_in, &change).await, StatusCode::UNPROCESSABLE_ENTITY)
        .await;
    let change = [("current", PASSWORD), ("new", NEW_PASSWORD)];
    assert!(send("/account/password", &signed_in, &change).await.url().path().ends_with("/account"));
}

/// A key where it does not belong.
async fn misplace_key(client: &Client, url: &str, key: &str, traces: &mut Traces) {
    for path in [
        format!("/v1/usage?key={key}"),
        format!("/v1/{key}"),
        format!("/{key}?x=1"),
        format!("/v1/keys/{key}"),
    ] {
        let response = client.get(format!("{url}{path}")).bearer_auth(key).send().await.unwrap();
        traces.refusals.push_str(&response.text().await.unwrap());
    }
    let cookie = client.get(format!("{url}/v1/keys")).header("Cookie", format!("chaser_session={key}"));
    traces.refused(cookie.send().await.unwrap(), StatusCode::UNAUTHORIZED).await;
    let basic = client.get(format!("{url}/v1/usage")).basic_auth(key, Some(key));
    traces.refused(basic.send().await.unwrap(), StatusCode::UNAUTHORIZED).await;
    let other = client.get(format!("{url}/v1/usage")).header("X-Api-Key", key).header("User-Agent", key);
    traces.refused(other.send().await.unwrap(), StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn no_secret_is_in_a_log_a_refusal_or_the_database() {
    let options = Options::temporary().setting("log_statement", "all").setting("log_min_messages", "debug1");
    let postgres = tokio::task::spawn_blocking(|| LocalPostgres::start(options)).await.unwrap().unwrap();
    let database_url = postgres.create_database("chaser_keys").await.unwrap();
    let settings = [
        ("CHASER_LOG", "trace"),
        ("CHASER_USAGE_FLUSH", "50ms"),
        // Where nobody listens.
        ("CHASER_UPSTREAM", "http://127.0.0.1:1"),
    ];
    let server = RunningServer::start_with(&database_url, &settings).await;
    create_user(&database_url).await;
    let mut traces = Traces::default();
    exercise(&server, &mut traces).await;
    let log = server.stop().await;
    let database_log = std::fs::read_to_string(postgres.log_path()).unwrap();
    let dump = dump::of_database(&database_url).await;

    traces.canaries.push(Canary::new("the password", PASSWORD));
    traces.canaries.push(Canary::new("the wrong password", WRONG_PASSWORD));
    traces.canaries.push(Canary::new("the new password", NEW_PASSWORD));
    traces.canaries.push(Canary::new("the pepper", PEPPER.split_once(':').unwrap().1));
    let places = [
        ("the server's log", &log),
        ("PostgreSQL's log", &database_log),
        ("the refusals", &traces.refusals),
        ("the database", &dump),
    ];
    for (place, text) in places {
        assert!(text.contains(PLANTED), "the planted canary is not found in {place}");
        for canary in &traces.canaries {
            canary.assert_absent(place, text);
        }
    }
    assert!(traces.metrics.contains("chaser_replica_keys"));
    for canary in &traces.canaries {
        canary.assert_absent("the metrics", &traces.metrics);
    }
    // No secret, but it need not lie about: one can guess at it off-line.
    Canary::new("the password's hash", "$argon2id$v=19$m=19456,t=2,p=1$")
        .assert_absent("the server's log", &log);
    assert!(log.contains(r#""level":"TRACE""#) && dump.contains("$argon2id$"));
}
