//! What runs with the rights of the tables' owner does nothing else for the role of a service, whatever it creates first.

use uuid::Uuid;

use crate::service_role::ServiceRole;
use crate::support::try_sql;

const LEAST_PRIVILEGE: &str = include_str!("../../../../migrations/2026-11-27-000009_least_privilege/up.sql");
const LEAST_PRIVILEGE_DOWN: &str =
    include_str!("../../../../migrations/2026-11-27-000009_least_privilege/down.sql");
/// A role that owns a table may update it: if this one is taken for ours, the role passes for a server's.
const DELETE_NODES_AS_A_SERVER: &str = "create temporary table api_keys (); delete from nodes";

#[tokio::test]
async fn a_temporary_table_named_like_ours_does_not_let_a_service_delete_other_nodes() {
    let service = ServiceRole::new().await;
    // The grants of the version before had it.
    service.test.sql(&format!("grant delete on nodes to {}", service.role)).await;
    let members = "select node_id from nodes";
    let before = service.test.texts(members).await;
    assert_eq!(before.len(), 1, "the server's own row");
    try_sql(&service.url, DELETE_NODES_AS_A_SERVER).await.unwrap();
    assert_eq!(service.test.texts(members).await, before);

    let by_name =
        "alter policy nodes_leave_or_are_swept on nodes using (has_table_privilege('api_keys', 'update'))";
    service.test.sql(by_name).await;
    try_sql(&service.url, DELETE_NODES_AS_A_SERVER).await.unwrap();
    assert_eq!(service.test.texts("select node_id::text from nodes").await, [], "the test finds the fault");
    service.drop().await;
}

/// Databases that were made by PostgreSQL 14 or before let every role create in `public`.
#[tokio::test]
async fn an_operator_that_a_service_created_is_not_run_with_the_owners_rights() {
    let service = ServiceRole::new().await;
    let test = &service.test;
    let key = test.create_key("ci").await;
    test.sql(&format!("grant create on schema public to {}", service.role)).await;
    try_sql(
        &service.url,
        "create function take_over(bigint[], bigint[]) returns bigint[] language plpgsql as $$
         begin raise exception 'run by %', current_user; end $$;
         create operator public.|| (leftarg = bigint[], rightarg = bigint[], function = take_over)",
    )
    .await
    .unwrap();
    let record = format!(
        "call record_usage(gen_random_uuid(), 1, array['{}'::uuid], array[current_date], array[5]::bigint[],
         array[clock_timestamp()], array[0]::bigint[], array[0]::bigint[], array[0]::bigint[])",
        key.key.id
    );
    try_sql(&service.url, &record).await.unwrap();
    assert_eq!(test.requests_this_month().await, 5);

    let searched = "do $$ declare procedure regprocedure;
        begin
            select oid into procedure from pg_proc where proname = 'record_usage';
            execute format('alter procedure %s set search_path = pg_catalog, public, pg_temp', procedure);
        end $$";
    test.sql(searched).await;
    let run = try_sql(&service.url, &record).await.unwrap_err();
    assert_eq!(run, "run by postgres", "the test finds the fault");
    test.sql("drop operator public.|| (bigint[], bigint[])").await;
    service.drop().await;
}

#[tokio::test]
async fn a_service_can_write_no_time_that_a_server_cannot_read() {
    let service = ServiceRole::new().await;
    let test = &service.test;
    let id = test.create_key("ci").await.key.id;
    let now = ["current_date", "clock_timestamp()"];
    for [day, last_use] in [
        ["'infinity'::date", now[1]],
        ["'0044-03-15 BC'::date", now[1]],
        [now[0], "'infinity'::timestamptz"],
        [now[0], "'-infinity'::timestamptz"],
        [now[0], "'294276-01-01'::timestamptz"],
    ] {
        let record = format!(
            "call record_usage(gen_random_uuid(), 1, array['{id}'::uuid], array[{day}], array[1]::bigint[],
             array[{last_use}], array[0]::bigint[], array[0]::bigint[], array[0]::bigint[])"
        );
        let refused = try_sql(&service.url, &record).await.unwrap_err();
        assert_eq!(refused, "usage is counted on days from 2000 to 9999", "{day} {last_use}");
    }
    service.drop().await;
}

/// A service that registered before the migration runs as another role than the one that migrates.
#[tokio::test]
async fn a_member_from_before_the_migration_keeps_its_row_and_goes_on() {
    let service = ServiceRole::new().await;
    let test = &service.test;
    test.sql(LEAST_PRIVILEGE_DOWN).await;
    test.sql(&format!("grant delete on nodes to {}", service.role)).await;
    let node_id = Uuid::new_v4();
    let register = format!(
        "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at)
         values ('{node_id}', 0, 1, 3000, clock_timestamp())"
    );
    try_sql(&service.url, &register).await.unwrap();
    test.sql(LEAST_PRIVILEGE).await;
    try_sql(&service.url, &format!("update nodes set beat = 2 where node_id = '{node_id}'")).await.unwrap();
    let beat = format!("select beat from nodes where node_id = '{node_id}'");
    assert_eq!(test.texts(&beat).await, [Some("2".to_owned())]);
    try_sql(&service.url, &format!("delete from nodes where node_id = '{node_id}'")).await.unwrap();
    assert!(test.texts(&beat).await.is_empty());
    service.drop().await;
}
