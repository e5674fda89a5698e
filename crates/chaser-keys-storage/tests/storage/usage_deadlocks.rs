//! Nodes that count the same keys wait for each other, in whatever order their counts come.

use uuid::Uuid;

use crate::support::{TestStore, sql, try_sql};

const KEYS: u32 = 10_000;
const WITHOUT_ORDER: &str = "do $$ begin execute replace(pg_get_functiondef('record_usage'::regproc),
    'order by counted.key_id, counted.day', ''); end $$";

/// One batch for every key; the counts come in the given order.
fn batch(order: &str) -> String {
    format!(
        "do $$
         declare
             ids constant uuid[] := (select array_agg(id order by id {order}) from api_keys);
             none constant bigint[] := array_fill(0::bigint, array[{KEYS}]);
         begin
             call record_usage('{}', 1, ids, array_fill(current_date, array[{KEYS}]),
                 array_fill(1::bigint, array[{KEYS}]), array_fill(clock_timestamp(), array[{KEYS}]), none, none, none);
         end $$",
        Uuid::new_v4()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_of_two_nodes_with_ten_thousand_keys_in_opposite_order_do_not_deadlock() {
    let test = TestStore::new().await;
    let url = test.database.url();
    sql(
        url,
        &format!(
            "insert into peppers values ('p1', sha256('p1'), clock_timestamp());
             insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
             select gen_random_uuid(), workspaces.id, 'ci', 'live', 'cha_live_0123456', 'p1',
                 sha256(number::text::bytea), clock_timestamp()
             from workspaces, generate_series(1, {KEYS}) as number"
        ),
    )
    .await;
    for _ in 0..5 {
        let (up, down) = (batch("asc"), batch("desc"));
        let (up, down) = tokio::join!(try_sql(url, &up), try_sql(url, &down));
        up.unwrap();
        down.unwrap();
    }
    let counted = test.texts("select count(*) from key_usage where requests = 10").await;
    assert_eq!(counted, [Some(KEYS.to_string())], "every key by every batch");

    sql(url, WITHOUT_ORDER).await;
    let mut refusals = Vec::new();
    for _ in 0..20 {
        let (up, down) = (batch("asc"), batch("desc"));
        let (up, down) = tokio::join!(try_sql(url, &up), try_sql(url, &down));
        refusals.extend([up, down].into_iter().filter_map(Result::err));
        if !refusals.is_empty() {
            break;
        }
    }
    assert!(refusals.iter().any(|refusal| refusal.starts_with("deadlock detected")), "the test finds them");
}
