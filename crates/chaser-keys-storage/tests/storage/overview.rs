//! The list of the dashboard: pages, filters, what needs attention, what is still in use.

use chaser_keys::{IssuedKey, KeyMode};
use chaser_keys_storage::{
    ConfirmSecretOutcome, KeyActivity, KeyFilter, KeyOverview, KeyOverviewPage, KeySort, SecretConfirmation,
    StatusFilter,
};
use time::Duration;

use crate::support::{TestStore, issued};

async fn page(test: &TestStore, filter: KeyFilter) -> KeyOverviewPage {
    test.store.key_overview(test.workspace, &filter).await.unwrap()
}

async fn names(test: &TestStore, filter: KeyFilter) -> Vec<String> {
    page(test, filter).await.keys.iter().map(|key| key.key.name.to_string()).collect()
}

async fn overview_of(test: &TestStore, key: &IssuedKey) -> KeyOverview {
    test.store.key_overview_of(test.workspace, key.key.id).await.unwrap().expect("the key exists").0
}

async fn use_key(test: &TestStore, key: &IssuedKey, times: usize) {
    for _ in 0..times {
        test.verify(key).await.expect("the key is good");
    }
    test.store.node().flush_usage().await.unwrap();
}

#[tokio::test]
async fn an_empty_workspace_has_one_empty_page() {
    let test = TestStore::new().await;
    let page = page(&test, KeyFilter::default()).await;
    assert_eq!((page.keys.len(), page.matching, page.total, page.page, page.pages), (0, 0, 0, 1, 1));
}

#[tokio::test]
async fn what_needs_attention_comes_first_and_revoked_keys_last() {
    let test = TestStore::new().await;
    let revoked = test.create_key("revoked").await;
    let unconfirmed = test.create_key_on_a_page("unconfirmed").await;
    let rotated = test.create_key("rotated").await;
    test.create_key("newest").await;
    test.revoke(&revoked.key).await;
    test.store.clock().advance(Duration::SECOND);
    let successor = test.rotate(&rotated.key, 7).await.unwrap();

    assert_eq!(
        names(&test, KeyFilter::default()).await,
        ["rotated", "unconfirmed", "rotated", "newest", "revoked"]
    );
    let page = page(&test, KeyFilter::default()).await;
    assert_eq!((page.need_attention, page.total), (2, 5));
    assert_eq!(page.keys[0].successor().map(|new| new.id), Some(successor.key.id));
    assert!(!page.keys[1].secret_is_confirmed);

    let confirmed = test.store.confirm_secret(test.workspace, unconfirmed.key.id).await.unwrap();
    assert_eq!(confirmed, ConfirmSecretOutcome::Confirmed);
    assert!(overview_of(&test, &unconfirmed).await.secret_is_confirmed);
    let stranger = test.store.create_workspace(&"Other".parse().unwrap()).await.unwrap();
    let by_stranger = test.store.confirm_secret(stranger, unconfirmed.key.id).await.unwrap();
    assert_eq!(by_stranger, ConfirmSecretOutcome::KeyNotFound);
}

#[tokio::test]
async fn of_a_key_in_grace_everything_that_came_after_it_is_known() {
    let test = TestStore::new().await;
    let old = test.create_key("old").await;
    let alone = test.create_key("alone").await;
    let next = test.rotate(&old.key, 7).await.unwrap();
    let missed = test.rotate(&next.key, 0).await.unwrap();
    let last = test.rotate(&missed.key, 7).await.unwrap();
    use_key(&test, &last, 2).await;

    for old in [
        overview_of(&test, &old).await,
        page(&test, KeyFilter::default())
            .await
            .keys
            .into_iter()
            .find(|key| key.key.id == old.key.id)
            .unwrap(),
    ] {
        let line: Vec<_> =
            old.successors.iter().map(|new| (new.id, new.works(), new.last_used_at.is_some())).collect();
        assert_eq!(
            line,
            [(next.key.id, false, false), (missed.key.id, true, false), (last.key.id, true, true)]
        );
    }
    // What has stopped leads to the next key only.
    let of_next: Vec<_> = overview_of(&test, &next).await.successors.iter().map(|new| new.id).collect();
    assert_eq!(of_next, [missed.key.id]);
    assert_eq!(overview_of(&test, &last).await.successors, []);
    assert_eq!(overview_of(&test, &alone).await.successors, []);
}

#[tokio::test]
async fn filters_find_names_prefixes_modes_and_statuses() {
    let test = TestStore::new().await;
    let live = test.create_key("100%_Production").await;
    let creation = test
        .store
        .create_key(test.workspace, "ci".parse().unwrap(), KeyMode::Test, None, SecretConfirmation::NotNeeded)
        .await;
    _ = issued(creation.unwrap());
    test.rotate(&live.key, 7).await.unwrap();
    let containing = |text: &str| KeyFilter { text: Some(text.to_owned()), ..KeyFilter::default() };

    assert_eq!(names(&test, containing("0%_PROD")).await.len(), 2, "a literal text, whatever the case");
    assert!(
        names(&test, containing("%")).await.len() == 2
            && names(&test, containing("no such")).await.is_empty()
    );
    assert_eq!(names(&test, containing(live.key.prefix.as_str())).await, ["100%_Production"]);
    assert_eq!(names(&test, KeyFilter { mode: Some(KeyMode::Test), ..KeyFilter::default() }).await, ["ci"]);
    for (status, expected) in
        [(StatusFilter::Active, 2), (StatusFilter::Grace, 1), (StatusFilter::Revoked, 0)]
    {
        let filter = KeyFilter { status: Some(status), ..KeyFilter::default() };
        assert_eq!(page(&test, filter).await.matching, expected, "{status:?}");
    }
    test.store.clock().advance(Duration::days(8));
    let revoked = KeyFilter { status: Some(StatusFilter::Revoked), ..KeyFilter::default() };
    assert_eq!(page(&test, revoked).await.matching, 1);
}

#[tokio::test]
async fn every_order_shows_every_key_once_over_all_pages() {
    let test = TestStore::new().await;
    test.sql(&format!(
        "insert into peppers values ('p1', sha256('p1'), '2026-01-01Z');
         insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
         select gen_random_uuid(), '{}', 'key ' || n % 7, 'live', 'cha_live_' || lpad(n::text, 7, '0'), 'p1',
                sha256(n::text::bytea), timestamptz '2026-01-01Z' + n % 5 * interval '1 second'
         from generate_series(1, 120) n",
        test.workspace
    ))
    .await;
    for sort in [KeySort::Attention, KeySort::Newest, KeySort::Name, KeySort::LastUsed] {
        let mut seen = std::collections::HashSet::new();
        for number in 1..=3 {
            let page = page(&test, KeyFilter { sort, page: number, ..KeyFilter::default() }).await;
            assert_eq!((page.page, page.pages, page.matching), (number, 3, 120));
            seen.extend(page.keys.iter().map(|key| key.key.id));
        }
        assert_eq!(seen.len(), 120, "{sort:?}");
    }
    let beyond = page(&test, KeyFilter { page: 99, ..KeyFilter::default() }).await;
    assert_eq!((beyond.page, beyond.keys.len()), (3, 20), "the last page rather than an empty one");
}

#[tokio::test]
async fn use_is_told_by_day_and_since_the_rotation() {
    let test = TestStore::new().await;
    let old = test.create_key("production").await;
    use_key(&test, &old, 3).await;
    test.store.clock().advance(Duration::days(2));
    use_key(&test, &old, 2).await;
    let activity = overview_of(&test, &old).await.activity.unwrap();
    assert_eq!(activity.requests_by_day, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 2]);

    let new = test.rotate(&old.key, 7).await.unwrap();
    assert_eq!(overview_of(&test, &old).await.activity.unwrap().requests_since_rotation, 0);
    assert_eq!(overview_of(&test, &new).await.activity, Some(KeyActivity::default()), "never used");
    use_key(&test, &old, 4).await;
    assert_eq!(overview_of(&test, &old).await.activity.unwrap().requests_since_rotation, 4);

    let by_use = KeyFilter { sort: KeySort::LastUsed, ..KeyFilter::default() };
    assert_eq!(page(&test, by_use).await.keys[0].key.id, old.key.id);
}

#[tokio::test]
async fn when_use_cannot_be_read_the_list_is_shown_without() {
    let test = TestStore::new().await;
    test.create_key("ci").await;
    test.sql("alter table key_usage rename to gone").await;
    let page = page(&test, KeyFilter::default()).await;
    assert!(!page.usage_is_available);
    assert_eq!(page.keys[0].activity, None);
}

#[tokio::test]
async fn the_counts_of_a_page_agree_with_its_keys_while_keys_are_created() {
    let test = TestStore::new().await;
    let creating = async {
        for _ in 0..40 {
            test.create_key_on_a_page("ci").await;
        }
    };
    let reading = async {
        loop {
            let page = page(&test, KeyFilter::default()).await;
            let keys = u64::try_from(page.keys.len()).unwrap();
            assert_eq!((page.matching, page.total, page.need_attention), (keys, keys, keys));
            if keys == 40 {
                break;
            }
        }
    };
    tokio::join!(creating, reading);
}
