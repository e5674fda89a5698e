//! A service that verifies in its own process needs few rights, and these are the documented ones.

use std::time::Duration;

use chaser_keys::PresentedKey;
use chaser_keys_storage::chaser_keys_node::{Node, NodeOptions};
use uuid::Uuid;

use crate::support::{TestStore, peppers, try_sql};

const DOCUMENTED: &str = include_str!("../../../../docs/rust-services.md");

/// The page's SQL, for a role that no other test has: roles belong to all databases of a PostgreSQL.
fn documented_grants(role: &str) -> String {
    let (_, block) = DOCUMENTED.split_once("```sql\n").expect("a block of SQL");
    let (grants, _) = block.split_once("```").expect("its end");
    grants.replace("chaser_service", role)
}

/// A store, and the URL of a role with the documented grants.
pub(crate) struct ServiceRole {
    pub(crate) test: TestStore,
    pub(crate) role: String,
    pub(crate) url: String,
}

impl ServiceRole {
    pub(crate) async fn new() -> Self {
        let test = TestStore::new().await;
        let role = format!("service_{}", Uuid::new_v4().simple());
        test.sql(&documented_grants(&role)).await;
        let url = test.database.url().replace("user=postgres", &format!("user={role}"));
        assert!(url.contains(&role), "{url}");
        Self { test, role, url }
    }

    /// A node that nothing runs yet.
    async fn node(&self) -> Node {
        let url = self.url.parse().unwrap();
        let mut options = NodeOptions::default();
        options.usage_flush_interval = Duration::from_hours(1);
        Node::join(&url, peppers(&[("p1", 1)]), options).await.unwrap()
    }

    async fn join(&self) -> Node {
        let node = self.node().await;
        let background = node.clone();
        tokio::spawn(async move { background.run(std::future::pending()).await });
        node.ready_within(Duration::from_secs(10)).await.unwrap();
        node
    }

    pub(crate) async fn drop(self) {
        self.test.sql(&format!("drop owned by {0}; drop role {0}", self.role)).await;
    }
}

#[tokio::test]
async fn a_service_verifies_and_counts_with_the_documented_role() {
    let service = ServiceRole::new().await;
    let test = &service.test;
    let (good, ended) = (test.create_key("good").await, test.create_key("ended").await);
    let node = service.join().await;
    let presented = PresentedKey::parse(good.secret.expose().as_bytes()).unwrap();
    let verified = node.verifier().verify(presented).await.unwrap().expect("a good key");
    node.meter(&verified).add_sessions(3);
    node.flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 1);
    assert_eq!(test.traffic_this_month().await.sessions, 3);
    test.revoke(&ended.key).await;
    assert_eq!(node.verifier().verify(&ended.secret).await.unwrap(), None);
    let unseen = test.create_key("made after the load").await;
    assert!(node.verifier().verify(&unseen.secret).await.unwrap().is_some());
    drop(node);
    service.drop().await;
}

#[tokio::test]
async fn the_documented_role_may_do_nothing_else() {
    let service = ServiceRole::new().await;
    service.test.create_key("ci").await;
    for denied in [
        "update api_keys set revoked_at = null",
        "insert into api_keys (id) values (gen_random_uuid())",
        "delete from api_keys",
        "select name from api_keys",
        "select prefix from api_keys",
        "select * from users",
        "select * from workspaces",
        "select * from dashboard_sessions",
        "select * from key_usage",
        "insert into key_usage (key_id) values (gen_random_uuid())",
        "update key_usage set requests = 1",
        "delete from key_usage",
        "select * from usage_batches",
        "insert into usage_batches values (gen_random_uuid(), 1, clock_timestamp())",
        "delete from usage_batches",
        "update coherence_revision set rev = 1",
        "update coherence_revision set primary_identity = ''",
        "insert into key_changes (rev, key_id, ends_key, changed_at) select 1, gen_random_uuid(), true, clock_timestamp()",
        "delete from key_changes",
        "update peppers set fingerprint = ''",
        "insert into peppers (id, fingerprint, first_seen_at) values ('p9', '', clock_timestamp())",
        "select write_key_change(gen_random_uuid(), null)",
        "select primary_identity from coherence_revision for update",
        "delete from peppers",
        "select from peppers for update",
        "update nodes set lease_ms = 1",
        "update nodes set pepper_fingerprints = '{}'",
        "update nodes set node_id = gen_random_uuid()",
        "update nodes set role_name = 'postgres'",
        "delete from nodes",
        "truncate nodes",
        "begin; lock table nodes in access exclusive mode",
        "begin; lock table nodes in share mode",
        "begin; lock table key_changes in share mode",
        "begin; lock table coherence_revision in share mode",
        "create table t ()",
        "create function f() returns int language sql return 1",
        "begin; lock table api_keys in access exclusive mode",
        "begin; lock table peppers in share mode",
        "alter table nodes disable row level security",
        "create policy p on nodes using (true)",
        "select * from idempotency_keys",
        "select * from usage_reports",
        "select * from known_devices",
        "select * from sign_in_failures",
        "update api_keys set name = ''",
        "update workspaces set name = ''",
        "update users set email = ''",
        "delete from dashboard_sessions",
        "delete from __diesel_schema_migrations",
    ] {
        let refused = try_sql(&service.url, denied).await.unwrap_err();
        let is_refused = refused.starts_with("permission denied") || refused.starts_with("must be owner");
        assert!(is_refused, "{denied}: {refused}");
    }
    service.drop().await;
}

#[tokio::test]
async fn a_service_can_neither_change_the_rows_of_other_nodes_nor_pass_for_another_role() {
    let service = ServiceRole::new().await;
    let rows = "select node_id || ' ' || applied_rev from nodes";
    let before = service.test.texts(rows).await;
    assert_eq!(before.len(), 1, "the server's own row");
    try_sql(&service.url, "update nodes set applied_rev = 9999").await.unwrap();
    assert_eq!(service.test.texts(rows).await, before, "row-level security hides it from the statement");
    let over = "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at)
                select node_id, 9999, 0, 1000, registered_at from nodes
                on conflict (node_id) do update set applied_rev = 9999";
    let refused = try_sql(&service.url, over).await.unwrap_err();
    assert!(refused.contains("row-level security"), "{refused}");

    let register = |columns: &str, values: &str| {
        format!(
            "insert into nodes (node_id, applied_rev, beat, registered_at, {columns})
             values (gen_random_uuid(), 0, 0, clock_timestamp(), {values})"
        )
    };
    let long = try_sql(&service.url, &register("lease_ms", "60001")).await.unwrap_err();
    assert!(long.contains("nodes_lease_is_at_most_a_minute"), "{long}");
    let posing = try_sql(&service.url, &register("lease_ms, role_name", "1000, 'postgres'")).await;
    assert!(posing.unwrap_err().starts_with("permission denied"));
    try_sql(&service.url, &register("lease_ms", "1000")).await.unwrap();
    service.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_revoke_waits_for_a_service_that_stopped_cleanly_and_a_server_sweeps_its_row() {
    let service = ServiceRole::new().await;
    let test = &service.test;
    let node = service.node().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let background = node.clone();
    let running = tokio::spawn(async move { background.run(async { _ = stopped.await }).await });
    node.ready_within(Duration::from_secs(10)).await.unwrap();
    let key = test.create_key("ci").await;
    drop(stop);
    running.await.unwrap();
    let begun = std::time::Instant::now();
    test.revoke(&key.key).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let members = "select node_id from nodes";
    while test.texts(members).await.len() > 1 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the server sweeps it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    service.drop().await;
}

#[tokio::test]
async fn a_service_can_only_add_to_usage() {
    let service = ServiceRole::new().await;
    let test = &service.test;
    let key = test.create_key("ci").await;
    let record = |requests: &str, key_id: &str| {
        format!(
            "call record_usage(gen_random_uuid(), 1, array['{key_id}'::uuid], array[current_date], \
             array[{requests}]::bigint[], array[clock_timestamp()], array[0]::bigint[], array[0]::bigint[], \
             array[0]::bigint[])"
        )
    };
    let id = key.key.id.to_string();
    try_sql(&service.url, &record("5", &id)).await.unwrap();
    assert_eq!(test.requests_this_month().await, 5);
    for forbidden in ["-1", "9007199254740992"] {
        let refused = try_sql(&service.url, &record(forbidden, &id)).await.unwrap_err();
        assert!(refused.starts_with("usage is counted in numbers from 0"), "{refused}");
    }
    // The largest number, twice: it must not make later counts of others fail.
    for _ in 0..2 {
        try_sql(&service.url, &record("9007199254740991", &id)).await.unwrap();
    }
    test.verify(&key).await.unwrap();
    test.store.node().flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, (1 << 53) - 1);
    try_sql(&service.url, &record("1", &Uuid::new_v4().to_string())).await.unwrap();
    assert_eq!(test.usage_this_month().await.by_key.len(), 1, "a key that does not exist is not counted");
    service.drop().await;
}

#[tokio::test]
async fn a_forged_notification_does_not_let_a_revoke_answer_early() {
    let service = ServiceRole::new().await;
    let test = &service.test;
    let key = test.create_key("ci").await;
    // A member that never acknowledges: the revoke has to wait for its lease of one second, times 1.5.
    let silent = Uuid::new_v4();
    test.sql(&format!(
        "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at)
         values ('{silent}', 0, 0, 1000, clock_timestamp())"
    ))
    .await;
    let forged = format!("select pg_notify('chaser_node_applied', '{silent} 9999')");
    let forging = async {
        for _ in 0..20 {
            try_sql(&service.url, &forged).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let begun = std::time::Instant::now();
    let revoking = async {
        test.revoke(&key.key).await;
        begun.elapsed()
    };
    let (waited, ()) = tokio::join!(revoking, forging);
    assert!(waited >= Duration::from_millis(1500), "answered after {waited:?}");
    service.drop().await;
}

#[tokio::test]
async fn a_missing_grant_is_named_at_once() {
    let service = ServiceRole::new().await;
    service.test.sql(&format!("revoke select on peppers from {}", service.role)).await;
    let url = service.url.parse().unwrap();
    let refused = Node::join(&url, peppers(&[("p1", 1)]), NodeOptions::default()).await.unwrap_err();
    assert!(!refused.is_unavailable(), "{refused}");
    assert!(refused.to_string().contains("permission denied for table peppers"), "{refused}");

    service
        .test
        .sql(&format!("grant select on peppers to {0}; revoke insert on nodes from {0}", service.role))
        .await;
    let node = Node::join(&url, peppers(&[("p1", 1)]), NodeOptions::default()).await.unwrap();
    let background = node.clone();
    tokio::spawn(async move { background.run(std::future::pending()).await });
    let not_ready = node.ready_within(Duration::from_secs(2)).await.unwrap_err();
    assert!(not_ready.to_string().contains("permission denied for table nodes"), "{not_ready}");
    service.drop().await;
}
