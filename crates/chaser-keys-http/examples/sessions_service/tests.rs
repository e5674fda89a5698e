//! The service on a real PostgreSQL, beside another node that makes and revokes the keys.

use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use chaser_keys::{IssuedKey, KeyMode, WorkspaceId};
use chaser_keys_storage::SecretConfirmation;
use chaser_keys_storage::testing::{issued, migrated_database, peppers, start_node};
use local_postgres::TestDatabase;
use serde_json::Value;

use super::*;

struct Place {
    /// The node that the dashboard would be on.
    authority: Store,
    workspace: WorkspaceId,
    database: TestDatabase,
}

impl Place {
    async fn prepare() -> Self {
        let database = migrated_database().await;
        let authority = node(database.url()).await;
        let workspace = authority.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
        Self { authority, workspace, database }
    }

    async fn create_key(&self, mode: KeyMode) -> IssuedKey {
        let creation = self
            .authority
            .create_key(self.workspace, "ci".parse().unwrap(), mode, None, SecretConfirmation::NotNeeded)
            .await;
        issued(creation.unwrap())
    }
}

async fn node(url: &str) -> Store {
    start_node(url, peppers(), StoreOptions::default()).await
}

fn request(request: TestRequest, key: &IssuedKey) -> actix_http::Request {
    request.insert_header(("authorization", format!("Bearer {}", key.secret.expose()))).to_request()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_key_provisions_and_a_test_key_does_not() {
    let place = Place::prepare().await;
    let service = node(place.database.url()).await;
    let data = (Data::new(service.node().verifier()), Data::new(Sessions::default()));
    let application = init_service(App::new().configure(|config| configure(config, data.0, data.1))).await;
    let (live, test) = (place.create_key(KeyMode::Live).await, place.create_key(KeyMode::Test).await);
    for (key, provisioned) in [(&live, true), (&test, false)] {
        let made = call_service(&application, request(TestRequest::post().uri("/v1/sessions"), key)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        assert_eq!(read_body_json::<Value, _>(made).await["provisioned"], provisioned);
    }
    let listed = call_service(&application, request(TestRequest::get().uri("/v1/sessions"), &test)).await;
    assert_eq!(read_body_json::<Value, _>(listed).await["sessions"].as_array().unwrap().len(), 1);
    // Counted once a request, although the middleware and the handler both look at the key.
    service.node().flush_usage().await.unwrap();
    let usage = place.authority.usage_of_current_month(place.workspace).await.unwrap();
    assert_eq!(usage.total_requests, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_revoked_on_another_node_is_refused_at_once() {
    let place = Place::prepare().await;
    let service = node(place.database.url()).await;
    let data = (Data::new(service.node().verifier()), Data::new(Sessions::default()));
    let application = init_service(App::new().configure(|config| configure(config, data.0, data.1))).await;
    for _ in 0..20 {
        let key = place.create_key(KeyMode::Live).await;
        let list = || request(TestRequest::get().uri("/v1/sessions"), &key);
        assert_eq!(call_service(&application, list()).await.status(), StatusCode::OK);
        place.authority.revoke_key(place.workspace, key.key.id).await.unwrap().unwrap();
        let refused = call_service(&application, list()).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        let challenge = refused.headers().get(WWW_AUTHENTICATE).unwrap();
        assert_eq!(challenge, r#"Bearer realm="chaser", error="invalid_token""#);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_does_not_learn_which_paths_there_are() {
    let place = Place::prepare().await;
    let service = node(place.database.url()).await;
    let data = (Data::new(service.node().verifier()), Data::new(Sessions::default()));
    let application = init_service(App::new().configure(|config| configure(config, data.0, data.1))).await;
    let key = place.create_key(KeyMode::Live).await;
    for path in ["/v1/sessions", "/v1/nothing"] {
        let stranger = call_service(&application, TestRequest::get().uri(path).to_request()).await;
        assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    let nothing = call_service(&application, request(TestRequest::get().uri("/v1/nothing"), &key)).await;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
}
