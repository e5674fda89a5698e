//! K6: with everything logged, no secret is in any log, any refusal or the database.

use local_postgres::{LocalPostgres, Options};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;

use crate::{
    canary::Canary,
    dump,
    http::{Customer, EMAIL, PASSWORD, client, cookie, create_user, post_sign_in, usage_with},
    process::PEPPER,
    running_server::RunningServer,
};

const WRONG_PASSWORD: &str = "not the passphrase, alas";
/// Well-formed, but nobody's.
const UNKNOWN_KEY: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const PLANTED: &str = "planted-canary-4711";

/// What a run leaves behind.
#[derive(Default)]
struct Traces {
    canaries: Vec<Canary>,
    refusals: String,
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
    let server =
        RunningServer::start_with(&database_url, &[("CHASER_LOG", "trace"), ("CHASER_USAGE_FLUSH", "50ms")])
            .await;
    create_user(&database_url).await;
    let mut traces = Traces::default();
    exercise(&server, &mut traces).await;
    let log = server.stop().await;
    let database_log = std::fs::read_to_string(postgres.log_path()).unwrap();
    let dump = dump::of_database(&database_url).await;

    traces.canaries.push(Canary::new("the password", PASSWORD));
    traces.canaries.push(Canary::new("the wrong password", WRONG_PASSWORD));
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
    // No secret, but it need not lie about: one can guess at it off-line.
    Canary::new("the password's hash", "$argon2id$v=19$m=19456,t=2,p=1$")
        .assert_absent("the server's log", &log);
    assert!(log.contains(r#""level":"TRACE""#) && dump.contains("$argon2id$"));
}
