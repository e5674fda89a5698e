//! Requests are counted once, whatever happens to the writing of the counts.

use chaser_keys_storage::Store;
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
    test.store.flush_usage().await.unwrap();

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
        other_node.verifier().authenticate(&key.secret).await.unwrap();
        test.store.flush_usage().await.unwrap();
        other_node.flush_usage().await.unwrap();
    }
    assert_eq!(test.requests_this_month().await, 4);
}

#[tokio::test]
async fn a_refused_key_is_not_counted() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.revoke(&key.key).await;
    assert!(test.verify(&key).await.is_none());
    test.store.flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 0);
}

/// A node that reaches PostgreSQL through a way that can lose answers.
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
    node.verifier().authenticate(&key.secret).await.unwrap();

    proxy.lose_answers(true);
    assert!(node.flush_usage().await.unwrap_err().is_unavailable());
    assert_eq!(test.requests_this_month().await, 1, "it was applied all the same");
    proxy.lose_answers(false);
    node.verifier().authenticate(&key.secret).await.unwrap();
    node.flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_register_of_batches_the_same_loss_would_count_twice() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let (proxy, node) = node_behind_a_proxy(&test).await;
    node.verifier().authenticate(&key.secret).await.unwrap();

    proxy.lose_answers(true);
    node.flush_usage().await.unwrap_err();
    proxy.lose_answers(false);
    test.sql("delete from usage_batches").await;
    node.flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 2, "one request: the register is what keeps it one");
}

#[tokio::test]
async fn what_cannot_be_written_is_kept_and_written_later() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.verify(&key).await;
    test.sql("alter table usage_batches rename to gone").await;
    test.store.flush_usage().await.unwrap_err();
    test.verify(&key).await;
    test.store.flush_usage().await.unwrap_err();
    test.sql("alter table gone rename to usage_batches").await;
    test.store.flush_usage().await.unwrap();
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
        node.verifier().authenticate(&key.secret).await.unwrap().expect("a good key");
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
    test.store.flush_usage().await.unwrap();
    test.store.clock().advance(Duration::days(31));
    assert_eq!(test.requests_this_month().await, 0);
}
