//! How PostgreSQL runs the statements of a round, whatever it knows of the tables.

use tokio_postgres::NoTls;

use super::*;
use crate::test_database::migrated;

/// Many keys that were made in a burst and of which PostgreSQL has no statistics. (The test's server makes none.)
const BURST: &str = "
    insert into workspaces (id, name, created_at) values ('00000000-0000-4000-8000-000000000001', 'Acme', now());
    insert into peppers (id, fingerprint, first_seen_at) values ('p1', decode(repeat('00', 32), 'hex'), now());
    set session_replication_role = replica;
    insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
    select gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'burst', 'live', 'cha_live_burstbu', 'p1',
           sha256(uuid_send(gen_random_uuid())), clock_timestamp()
    from generate_series(1, 50000);
    insert into key_changes (rev, key_id, ends_key, changed_at)
    select row_number() over (), id, false, created_at from api_keys";

#[tokio::test]
async fn the_last_changes_are_read_by_index_however_little_postgresql_knows() {
    let database = migrated().await;
    let (client, connection) = tokio_postgres::connect(database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(BURST).await.unwrap();
    let plan = async |statement: &str, planned: &str| {
        let prepare = format!("set plan_cache_mode = {planned}; prepare changes(bigint) as {statement}");
        client.batch_execute(&prepare).await.unwrap();
        let lines = client.query("explain execute changes(49990)", &[]).await.unwrap();
        client.batch_execute("deallocate changes").await.unwrap();
        lines.iter().map(|line| line.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
    };
    let (after, of_a_key) = ("Index Cond: (rev > ", "Index Cond: (id = c.key_id)");
    for planned in ["force_generic_plan", "force_custom_plan"] {
        let plan_of_ours = plan(CHANGES, planned).await;
        assert!(plan_of_ours.contains(after) && plan_of_ours.contains(of_a_key), "{plan_of_ours}");

        let joined = CHANGES.replace("limit 1) k", ") k").replace("limit 1000", "");
        let plan_joined = plan(&joined, planned).await;
        assert!(!plan_joined.contains(of_a_key), "nothing to prevent: {plan_joined}");
    }
}

#[tokio::test]
async fn a_key_is_looked_up_by_the_index_on_digests_however_little_postgresql_knows() {
    let database = migrated().await;
    let (client, connection) = tokio_postgres::connect(database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(BURST).await.unwrap();
    for planned in ["force_generic_plan", "force_custom_plan"] {
        let prepare = format!("set plan_cache_mode = {planned}; prepare look_up(bytea[]) as {LOOK_UP}");
        client.batch_execute(&prepare).await.unwrap();
        let lines = client.query("explain execute look_up(array[sha256('a'), sha256('b')])", &[]).await;
        client.batch_execute("deallocate look_up").await.unwrap();
        let plan: Vec<String> = lines.unwrap().iter().map(|line| line.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("Index Cond: (digest = ANY"), "{plan}");
        assert!(plan.contains("Index Cond: (key_id = api_keys.id)"), "{plan}");
    }
}
