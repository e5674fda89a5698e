//! Slow queries hold every connection that they can get.

use std::time::{Duration, Instant};

use reqwest::Method;

use crate::support::{Answer, TestApp, eventually};

/// W for the default lease, and half a second.
const BOUND: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_hang_hold_up_neither_keys_nor_revokes() {
    let app = TestApp::start().await;
    let (key, leaked) = (app.create_key("ci").await, app.create_key("leaked").await);
    for known in [&key, &leaked] {
        assert_eq!(app.request_nothing(&known.secret).await.status, 404);
    }
    // Listing reads it, revoking does not.
    let database = app.connect().await;
    database.batch_execute("begin; lock table key_usage in access exclusive mode").await.unwrap();
    let lists: Vec<_> =
        (0..40).map(|_| tokio::spawn(Answer::to(app.as_owner(Method::GET, "/v1/keys")))).collect();
    let hanging = "select count(*) from pg_locks where not granted and relation = 'key_usage'::regclass";
    eventually(async || database.query_one(hanging, &[]).await.unwrap().get::<_, i64>(0) >= 12).await;

    for _ in 0..20 {
        let asked = Instant::now();
        assert_eq!(app.request_nothing(&key.secret).await.status, 404);
        assert!(asked.elapsed() < Duration::from_millis(500), "{:?}", asked.elapsed());
    }
    let begun = Instant::now();
    assert_eq!(app.revoke_key(&leaked.id).await.status, 204);
    assert!(begun.elapsed() <= BOUND, "{:?}", begun.elapsed());
    assert_eq!(app.request_nothing(&leaked.secret).await.status, 401);

    database.batch_execute("rollback").await.unwrap();
    for list in lists {
        let status = list.await.unwrap().status.as_u16();
        assert!([200, 503].contains(&status), "{status}");
    }
}
