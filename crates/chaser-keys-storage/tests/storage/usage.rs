//! Requests are counted once, however the writing of the counts fails.

use chaser_keys::IssuedKey;
use chaser_keys_storage::{Store, Traffic};
use time::Duration;

use crate::answer_losing_proxy::AnswerLosingProxy;
use crate::support::{TestStore, connect, peppers, quiet, start_node};

#[tokio::test]
async fn counts_are_attributed_to_keys_and_days() {
    let test = TestStore::new().await;
    let (busy, quiet, unused) =
        (test.create_key("busy").await, test.create_key("quiet").await, test.create_key("unused").await);
    for _ in 0..3 {
        test.verify(&busy).await;
    }
    test.verify(&quiet).await;
    test.store.node().flush_usage().await.unwrap();

    let report = test.store.usage_of_current_month(test.workspace).await.unwrap();
    let by_key: Vec<_> = report.by_key.iter().map(|usage| (usage.key_id, usage.requests)).collect();
    assert_eq!(by_key, [(busy.key.id, 3), (quiet.key.id, 1)]);
    assert_eq!(report.total_requests, 4);
    assert_eq!(report.by_day.last().map(|day| (day.date, day.requests())), Some((report.to.date(), 4)));
    assert_eq!(report.by_day.first().map(|day| day.date.day()), Some(1));
    assert_eq!(report.by_day.len(), usize::from(report.to.day()));

    let used = test.find(busy.key.id).await.last_used_at.expect("it was used");
    assert!(used >= busy.key.created_at && used <= report.to);
    assert_eq!(test.find(unused.key.id).await.last_used_at, None);
}

#[tokio::test]
async fn counts_of_two_nodes_and_of_two_flushes_add_up() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let other_node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    for _ in 0..2 {
        test.verify(&key).await;
        other_node.node().verifier().verify(&key.secret).await.unwrap();
        test.store.node().flush_usage().await.unwrap();
        other_node.node().flush_usage().await.unwrap();
    }
    assert_eq!(test.requests_this_month().await, 4);
}

#[tokio::test]
async fn a_flush_writes_one_batch_however_busy_the_node_is() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    for flushes in 1..=3 {
        test.verify(&key).await;
        // A use while the first is being written waits for the next flush.
        let (flushed, _) = tokio::join!(test.store.node().flush_usage(), test.verify(&key));
        flushed.unwrap();
        let batches = test.texts("select count(*) from usage_batches").await;
        assert_eq!(batches, [Some(flushes.to_string())]);
    }
    test.store.node().flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 6);
}

#[tokio::test]
async fn a_refused_key_is_not_counted() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.revoke(&key.key).await;
    assert!(test.verify(&key).await.is_none());
    test.store.node().flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 0);
}

/// A node that reaches PostgreSQL through a proxy that can lose responses.
async fn node_behind_a_proxy(test: &TestStore) -> (AnswerLosingProxy, Store) {
    let proxy = AnswerLosingProxy::start(test.database.url());
    let store = connect(&proxy.url, peppers(&[("p1", 1)]), quiet()).await;
    (proxy, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_confirmation_was_lost_counts_once() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let (proxy, node) = node_behind_a_proxy(&test).await;
    node.node().verifier().verify(&key.secret).await.unwrap();

    proxy.lose_answers(true);
    assert!(node.node().flush_usage().await.unwrap_err().is_unavailable());
    assert_eq!(test.requests_this_month().await, 1, "it was applied all the same");
    proxy.lose_answers(false);
    node.node().verifier().verify(&key.secret).await.unwrap();
    node.node().flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_register_of_batches_the_same_loss_would_count_twice() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let (proxy, node) = node_behind_a_proxy(&test).await;
    node.node().verifier().verify(&key.secret).await.unwrap();

    proxy.lose_answers(true);
    node.node().flush_usage().await.unwrap_err();
    proxy.lose_answers(false);
    test.sql("delete from usage_batches").await;
    node.node().flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 2, "one request: the register is what keeps it one");
}

/// Transfers bytes for a key, as the pass-through does.
async fn carry(node: &Store, key: &IssuedKey, bytes_up: u64, bytes_down: u64) {
    let verified = node.node().verifier().verify(&key.secret).await.unwrap().expect("a good key");
    let meter = node.node().meter(&verified);
    meter.add_up(bytes_up);
    meter.add_down(bytes_down);
}

fn bytes(bytes_up: u64, bytes_down: u64) -> Traffic {
    Traffic { sessions: 0, bytes_up, bytes_down }
}

#[tokio::test]
async fn bytes_are_written_with_the_requests_that_they_belong_to_and_after_them() {
    let test = TestStore::new().await;
    let (key, other) = (test.create_key("ci").await, test.create_key("other").await);
    let verified = test.verify(&key).await.unwrap();
    let download = test.store.node().meter(&verified);
    download.add_down(10);
    carry(&test.store, &other, 1, 2).await;
    test.store.node().flush_usage().await.unwrap();
    assert_eq!(test.traffic_this_month().await, bytes(1, 12));
    download.add_down(5);
    test.store.node().flush_usage().await.unwrap();
    let report = test.usage_this_month().await;
    let by_key: Vec<_> =
        report.by_key.iter().map(|usage| (usage.key_id, usage.requests, usage.traffic)).collect();
    assert!(
        by_key.contains(&(key.key.id, 1, bytes(0, 15))) && by_key.contains(&(other.key.id, 1, bytes(1, 2)))
    );
    assert_eq!(report.by_day.last().map(|day| day.traffic), Some(bytes(1, 17)));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_in_a_batch_whose_confirmation_was_lost_count_once() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let (proxy, node) = node_behind_a_proxy(&test).await;
    carry(&node, &key, 3, 4).await;
    proxy.lose_answers(true);
    for _ in 0..3 {
        assert!(node.node().flush_usage().await.unwrap_err().is_unavailable());
        assert_eq!(test.traffic_this_month().await, bytes(3, 4), "it was applied all the same");
        carry(&node, &key, 1, 1).await;
    }
    proxy.lose_answers(false);
    node.node().flush_usage().await.unwrap();
    assert_eq!(test.traffic_this_month().await, bytes(6, 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_register_of_batches_the_same_loss_would_count_bytes_twice() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let (proxy, node) = node_behind_a_proxy(&test).await;
    carry(&node, &key, 3, 4).await;
    proxy.lose_answers(true);
    node.node().flush_usage().await.unwrap_err();
    proxy.lose_answers(false);
    test.sql("delete from usage_batches").await;
    node.node().flush_usage().await.unwrap();
    assert_eq!(test.traffic_this_month().await, bytes(6, 8));
}

#[tokio::test]
async fn bytes_that_flow_past_midnight_make_no_use_of_the_next_day() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let download = test.store.node().meter(&test.verify(&key).await.unwrap());
    test.store.node().flush_usage().await.unwrap();
    let used = test.find(key.key.id).await.last_used_at;
    test.store.clock().advance(Duration::DAY);
    download.add_down(9);
    test.store.node().flush_usage().await.unwrap();
    assert_eq!(test.find(key.key.id).await.last_used_at, used);
    let report = test.store.usage_of_current_month(test.workspace).await.unwrap();
    let today = report.by_day.last().unwrap();
    assert_eq!((today.requests(), today.traffic), (0, bytes(0, 9)));
    // What version n−1 reads.
    let newest = test.texts("select last_used_at::text from key_usage order by day desc limit 1").await;
    assert_eq!(newest, test.texts("select last_used_at::text from key_usage where requests > 0").await);
}

/// A row is full at 2^53 − 1 bytes: counting stops there, without delaying the counts of other keys.
#[tokio::test]
async fn a_row_that_is_full_keeps_no_batch_from_being_written() {
    let test = TestStore::new().await;
    let (full, other) = (test.create_key("full").await, test.create_key("other").await);
    carry(&test.store, &full, u64::MAX, 1 << 53).await;
    test.store.node().flush_usage().await.unwrap();
    carry(&test.store, &full, 1, 1).await;
    carry(&test.store, &other, 5, 6).await;
    test.store.node().flush_usage().await.unwrap();
    let most = (1 << 53) - 1;
    assert_eq!(test.traffic_this_month().await, bytes(most + 5, most + 6));
}

#[tokio::test]
async fn what_cannot_be_written_is_kept_and_written_later() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.verify(&key).await;
    test.sql("alter table usage_batches rename to gone").await;
    test.store.node().flush_usage().await.unwrap_err();
    test.verify(&key).await;
    test.store.node().flush_usage().await.unwrap_err();
    test.sql("alter table gone rename to usage_batches").await;
    test.store.node().flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 2);
}

#[tokio::test]
async fn a_clean_stop_writes_the_last_counts() {
    let test = TestStore::new().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async { _ = stopped.await };
    let (node, background) = start_node(test.database.url(), peppers(&[("p1", 1)]), quiet(), stopped).await;
    let key = test.create_key("ci").await;
    for _ in 0..10 {
        node.node().verifier().verify(&key.secret).await.unwrap().expect("a good key");
    }
    stop.send(()).unwrap();
    background.await.unwrap();
    assert_eq!(test.requests_this_month().await, 10);
}

#[tokio::test]
async fn a_new_month_begins_at_zero() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.verify(&key).await;
    test.store.node().flush_usage().await.unwrap();
    test.store.clock().advance(Duration::days(31));
    assert_eq!(test.requests_this_month().await, 0);
}
