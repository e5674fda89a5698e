//! A batch of usage counts once, however often and to whichever node a service submits it.

use chaser_keys::{KeyId, UsageBatchId};
use chaser_keys_storage::{IngestUsageError, Store, Traffic, UsageRecord, UsageSubmission};
use time::Duration;
use uuid::Uuid;

use crate::answer_losing_proxy::AnswerLosingProxy;
use crate::support::{TestStore, connect, peppers, quiet, start_node};

const MOST: u64 = (1 << 53) - 1;

fn new_batch() -> UsageBatchId {
    UsageBatchId::from_uuid(Uuid::new_v4())
}

fn traffic(sessions: u64, bytes_up: u64, bytes_down: u64) -> Traffic {
    Traffic { sessions, bytes_up, bytes_down }
}

fn record(key_id: KeyId, sessions: u64, bytes_up: u64, bytes_down: u64) -> UsageRecord {
    UsageRecord { key_id, traffic: traffic(sessions, bytes_up, bytes_down) }
}

#[tokio::test]
async fn a_report_counts_beside_requests_and_for_revoked_keys_too() {
    let test = TestStore::new().await;
    let (used, revoked) = (test.create_key("used").await, test.create_key("revoked").await);
    test.verify(&used).await;
    test.store.node().flush_usage().await.unwrap();
    test.revoke(&revoked.key).await;
    let (used, revoked) = (used.key.id, revoked.key.id);
    let records = [record(used, 1, 10, 100), record(revoked, 2, 0, 0), record(used, 0, 5, 0)];
    let counted = test.store.ingest_usage(new_batch(), &records).await.unwrap();
    assert_eq!(counted, UsageSubmission::Counted);
    let report = test.usage_this_month().await;
    let by_key: Vec<_> =
        report.by_key.iter().map(|usage| (usage.key_id, usage.requests, usage.traffic)).collect();
    assert_eq!(by_key, [(used, 1, traffic(1, 15, 100)), (revoked, 0, traffic(2, 0, 0))]);
    assert_eq!(report.by_day.last().map(|day| (day.date, day.traffic)), {
        Some((report.to.date(), traffic(3, 15, 100)))
    });
}

#[tokio::test]
async fn a_report_never_makes_a_key_look_used_later_than_it_was() {
    let test = TestStore::new().await;
    let (used, unused) = (test.create_key("used").await, test.create_key("unused").await);
    test.verify(&used).await;
    test.store.node().flush_usage().await.unwrap();
    let last_used_at = test.find(used.key.id).await.last_used_at;
    assert!(last_used_at.is_some());
    for _ in 0..3 {
        let records = [record(used.key.id, 1, 1, 1), record(unused.key.id, 1, 1, 1)];
        test.store.ingest_usage(new_batch(), &records).await.unwrap();
        assert_eq!(test.find(used.key.id).await.last_used_at, last_used_at);
        assert_eq!(test.find(unused.key.id).await.last_used_at, None);
        test.store.clock().advance(Duration::DAY);
    }
    // What version n−1 reads.
    let newest = "select last_used_at::text from key_usage join api_keys on id = key_id and name = 'used' \
                  order by day desc limit 1";
    let requests = "select last_used_at::text from key_usage where requests > 0";
    assert_eq!(test.texts(newest).await, test.texts(requests).await);
    // The next request is the last use again.
    test.verify(&used).await;
    test.store.node().flush_usage().await.unwrap();
    assert!(test.find(used.key.id).await.last_used_at > last_used_at);
}

#[tokio::test]
async fn the_same_batch_again_changes_nothing_for_seven_days() {
    let test = TestStore::new().await;
    let (a, b) = (test.create_key("a").await.key.id, test.create_key("b").await.key.id);
    let batch = new_batch();
    let first = [record(a, 1, 2, 3), record(b, 4, 5, 6)];
    let reordered = [record(b, 4, 5, 6), record(a, 1, 0, 3), record(a, 0, 2, 0)];
    assert_eq!(test.store.ingest_usage(batch, &first).await.unwrap(), UsageSubmission::Counted);
    test.store.clock().advance(Duration::days(7) - Duration::MINUTE);
    test.store.delete_expired_rows().await.unwrap();
    for again in [&first[..], &reordered[..]] {
        assert_eq!(test.store.ingest_usage(batch, again).await.unwrap(), UsageSubmission::Repeated);
    }
    assert_eq!(test.texts("select sum(sessions)::text from key_usage").await, [Some("5".to_owned())]);
    test.store.clock().advance(Duration::MINUTE);
    test.store.delete_expired_rows().await.unwrap();
    assert_eq!(test.store.ingest_usage(batch, &first).await.unwrap(), UsageSubmission::Counted, "forgotten");
}

#[tokio::test]
async fn another_batch_under_the_same_id_is_refused() {
    let test = TestStore::new().await;
    let (a, b) = (test.create_key("a").await.key.id, test.create_key("b").await.key.id);
    let batch = new_batch();
    test.store.ingest_usage(batch, &[record(a, 1, 2, 3)]).await.unwrap();
    for other in [
        vec![record(b, 1, 2, 3)],
        vec![record(a, 1, 2, 4)],
        vec![record(a, 3, 2, 1)],
        vec![record(a, 1, 2, 3), record(b, 0, 0, 0)],
        vec![record(a, 1, 2, 3), record(a, 1, 2, 3)],
        // Its keys are not checked: the id is taken.
        vec![record(KeyId::from_uuid(Uuid::new_v4()), 1, 2, 3)],
    ] {
        let refused = test.store.ingest_usage(batch, &other).await.unwrap_err();
        assert!(matches!(refused, IngestUsageError::BatchReused), "{other:?}: {refused:?}");
    }
    assert_eq!(test.traffic_this_month().await, traffic(1, 2, 3));
}

#[tokio::test]
async fn an_unknown_key_is_named_and_nothing_of_its_batch_counts_or_is_remembered() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await.key.id;
    let unknown = KeyId::from_uuid(Uuid::new_v4());
    let batch = new_batch();
    let records = [record(key, 1, 1, 1), record(unknown, 0, 0, 0), record(unknown, 1, 1, 1)];
    let refused = test.store.ingest_usage(batch, &records).await.unwrap_err();
    assert!(matches!(refused, IngestUsageError::UnknownKey { record: 1 }), "{refused:?}");
    assert_eq!(test.traffic_this_month().await, Traffic::default());
    // Corrected, it counts under the same id.
    assert_eq!(test.store.ingest_usage(batch, &records[..1]).await.unwrap(), UsageSubmission::Counted);
}

#[tokio::test]
async fn more_than_a_day_can_hold_is_refused_and_nothing_of_it_counts() {
    let test = TestStore::new().await;
    let (a, b) = (test.create_key("a").await.key.id, test.create_key("b").await.key.id);
    let full = traffic(MOST, MOST, MOST);
    test.store.ingest_usage(new_batch(), &[UsageRecord { key_id: a, traffic: full }]).await.unwrap();
    for too_much in [
        vec![record(b, 1, 1, 1), record(a, 1, 0, 0)],
        vec![record(b, 1, 1, 1), record(a, 0, 1, 0)],
        vec![record(b, 0, 0, MOST), record(b, 0, 0, 1)],
        vec![record(b, 0, 0, u64::MAX), record(b, 0, 0, u64::MAX)],
    ] {
        let refused = test.store.ingest_usage(new_batch(), &too_much).await.unwrap_err();
        assert!(matches!(refused, IngestUsageError::TooMuch), "{too_much:?}: {refused:?}");
    }
    assert_eq!(test.traffic_this_month().await, full);
}

/// Full days of many keys exceed a `bigint`: the month's sums stop there, and can still be read.
#[tokio::test]
async fn a_month_that_is_more_than_can_be_told_is_told_as_far_as_it_can_be() {
    let test = TestStore::new().await;
    test.create_key("ci").await;
    test.sql(&format!(
        "insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at) \
         select gen_random_uuid(), '{}', 'key', 'live', 'cha_live_' || lpad(n::text, 7, '0'), \
                (select id from peppers), sha256(n::text::bytea), now() from generate_series(1, 1100) n; \
         insert into key_usage (key_id, day, workspace_id, requests, last_used_at, bytes_up, bytes_down) \
         select id, (now() at time zone 'utc')::date, workspace_id, 0, null, {MOST}, {MOST} from api_keys",
        test.workspace
    ))
    .await;
    let report = test.store.usage_of_current_month(test.workspace).await.unwrap();
    let day = report.by_day.last().unwrap().traffic;
    assert_eq!(day.bytes_up, i64::MAX.unsigned_abs());
    assert!(day.bytes_total() >= day.bytes_up && report.total_traffic.bytes_total() >= day.bytes_up);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_on_two_nodes_count_once() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await.key.id;
    let other_node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    let batch = new_batch();
    let sending: Vec<_> = (0..50)
        .map(|number| {
            let node = if number % 2 == 0 { test.store.clone() } else { other_node.clone() };
            tokio::spawn(async move { node.ingest_usage(batch, &[record(key, 1, 2, 3)]).await.unwrap() })
        })
        .collect();
    let mut counted = 0;
    for sent in sending {
        counted += usize::from(sent.await.unwrap() == UsageSubmission::Counted);
    }
    assert_eq!(counted, 1);
    assert_eq!(test.traffic_this_month().await, traffic(1, 2, 3));
}

/// Different batches of the same keys in different orders, concurrent with flushes: none deadlocks, none is lost.
#[tokio::test(flavor = "multi_thread")]
async fn many_reports_and_flushes_of_the_same_keys_add_up() {
    let test = TestStore::new().await;
    let mut keys = Vec::new();
    for number in 0..8 {
        keys.push(test.create_key(&format!("key-{number}")).await);
    }
    let reporting: Vec<_> = (0..40)
        .map(|number| {
            let store = test.store.clone();
            let mut records: Vec<_> = keys.iter().map(|key| record(key.key.id, 1, 1, 0)).collect();
            records.rotate_left(number % 8);
            tokio::spawn(async move { store.ingest_usage(new_batch(), &records).await.unwrap() })
        })
        .collect();
    for _ in 0..20 {
        for key in &keys {
            test.verify(key).await;
        }
        test.store.node().flush_usage().await.unwrap();
    }
    for reported in reporting {
        assert_eq!(reported.await.unwrap(), UsageSubmission::Counted);
    }
    let report = test.usage_this_month().await;
    assert_eq!((report.total_requests, report.total_traffic), (160, traffic(320, 320, 0)));
}

async fn node_behind_a_proxy(test: &TestStore) -> (AnswerLosingProxy, Store) {
    let proxy = AnswerLosingProxy::start(test.database.url());
    let (store, _) = start_node(&proxy.url, peppers(&[("p1", 1)]), quiet(), std::future::pending()).await;
    (proxy, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_commit_was_not_confirmed_counts_once_when_it_is_sent_again() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await.key.id;
    let (proxy, node) = node_behind_a_proxy(&test).await;
    let (batch, records) = (new_batch(), [record(key, 1, 2, 3)]);
    proxy.lose_answers_to_commits(true);
    let lost = node.ingest_usage(batch, &records).await.unwrap_err();
    assert!(matches!(&lost, IngestUsageError::Storage(error) if error.is_unavailable()), "{lost:?}");
    assert_eq!(test.traffic_this_month().await, traffic(1, 2, 3), "it was counted all the same");
    proxy.lose_answers_to_commits(false);
    // To the same node and to another one.
    assert_eq!(node.ingest_usage(batch, &records).await.unwrap(), UsageSubmission::Repeated);
    assert_eq!(test.store.ingest_usage(batch, &records).await.unwrap(), UsageSubmission::Repeated);
    assert_eq!(test.traffic_this_month().await, traffic(1, 2, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_register_of_reports_the_same_loss_would_count_twice() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await.key.id;
    let (proxy, node) = node_behind_a_proxy(&test).await;
    let (batch, records) = (new_batch(), [record(key, 1, 2, 3)]);
    proxy.lose_answers_to_commits(true);
    node.ingest_usage(batch, &records).await.unwrap_err();
    proxy.lose_answers_to_commits(false);
    test.sql("delete from usage_reports").await;
    assert_eq!(node.ingest_usage(batch, &records).await.unwrap(), UsageSubmission::Counted);
    assert_eq!(
        test.traffic_this_month().await,
        traffic(2, 4, 6),
        "one batch: the register is what keeps it one"
    );
}

/// The statements of version n−1, word for word, on this schema and concurrent with this version's.
#[tokio::test]
async fn nodes_of_the_version_before_count_and_read_as_ever() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await.key.id;
    test.store.ingest_usage(new_batch(), &[record(key, 1, 2, 3)]).await.unwrap();
    let flush = |sequence: u8| {
        format!(
            "with batch as (
                insert into usage_batches (node_id, sequence, applied_at)
                values ('6dd2c5a5-4e6f-4a3c-8b9a-1f0e2d3c4b5a', {sequence}, clock_timestamp())
                on conflict do nothing
                returning 1
            )
            insert into key_usage (key_id, day, workspace_id, requests, last_used_at)
            select key_id, day, workspace_id, requests, last_used_at
            from unnest(array['{key}'::uuid], array[(now() at time zone 'utc')::date], array['{0}'::uuid],
                        array[7::bigint], array[now()])
                as counted (key_id, day, workspace_id, requests, last_used_at)
            where exists (select from batch)
            order by key_id, day
            on conflict (key_id, day) do update
            set requests = key_usage.requests + excluded.requests,
                last_used_at = greatest(key_usage.last_used_at, excluded.last_used_at)",
            test.workspace
        )
    };
    let last_used = "select (select last_used_at from key_usage where key_id = api_keys.id order by day desc limit 1) \
                     is null from api_keys";
    assert_eq!(test.texts(last_used).await, [Some("t".to_owned())]);
    for sequence in [1, 1, 2] {
        test.sql(&flush(sequence)).await;
    }
    assert_eq!(test.texts(last_used).await, [Some("f".to_owned())]);
    let report = test.usage_this_month().await;
    assert_eq!((report.total_requests, report.total_traffic), (14, traffic(1, 2, 3)));
}
