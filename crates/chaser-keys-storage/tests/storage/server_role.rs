//! A server whose role does not own the tables: migrations are run by another.

use uuid::Uuid;

use crate::support::{TestStore, connect, peppers, quiet};

/// What an operator grants to a server that does not migrate.
const GRANTS: &str = "
    grant usage on schema public to ROLE;
    grant select, insert, update, delete on all tables in schema public to ROLE";
const LEAST_PRIVILEGE: &str = include_str!("../../../../migrations/2026-11-27-000009_least_privilege/up.sql");
const LEAST_PRIVILEGE_DOWN: &str =
    include_str!("../../../../migrations/2026-11-27-000009_least_privilege/down.sql");

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_own_the_tables_works_before_and_after_the_migration() {
    let owner = TestStore::new().await;
    let role = format!("server_{}", Uuid::new_v4().simple());
    owner.sql(LEAST_PRIVILEGE_DOWN).await;
    owner.sql(&format!("create role {role} login; {}", GRANTS.replace("ROLE", &role))).await;
    owner.sql(LEAST_PRIVILEGE).await;

    let url = owner.database.url().replace("user=postgres", &format!("user={role}"));
    let server = connect(&url, peppers(&[("p1", 1)]), quiet()).await;
    let (used, ended) = (owner.create_key("used").await, owner.create_key("ended").await);
    for key in [&used, &ended] {
        assert!(server.node().verifier().verify(&key.secret).await.unwrap().is_some());
    }
    server.node().flush_usage().await.unwrap();
    assert_eq!(owner.requests_this_month().await, 2, "the migration kept its right to write usage");
    server.revoke_key(owner.workspace, ended.key.id).await.unwrap().expect("the key exists");
    assert!(owner.verify(&ended).await.is_none());

    // It sweeps the rows of other roles, as a server must.
    owner
        .sql(
            "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at)
             values (gen_random_uuid(), 0, 0, 100, clock_timestamp())",
        )
        .await;
    server.revoke_key(owner.workspace, used.key.id).await.unwrap().expect("the key exists");
    while owner.texts("select node_id from nodes").await.len() > 2 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    drop(server);
    owner.sql(&format!("drop owned by {role}; drop role {role}")).await;
}
