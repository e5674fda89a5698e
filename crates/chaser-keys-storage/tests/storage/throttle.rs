//! Guessing is slowed down; the account's owner is not.

use chaser_keys_storage::{DeviceToken, SignInAdmission, SignInAttempt, StoreOptions};
use time::Duration;

use crate::support::{TestStore, connect, peppers};

fn attempt(client: &str) -> SignInAttempt {
    SignInAttempt { email: "ada@example.com".parse().unwrap(), client: client.parse().unwrap(), device: None }
}

async fn fail(test: &TestStore, attempt: &SignInAttempt, times: usize) {
    for _ in 0..times {
        test.store.record_failed_sign_in(attempt).await.unwrap();
    }
}

/// A browser that Ada signed in with.
async fn known_device(test: &TestStore) -> DeviceToken {
    let email = "ada@example.com".parse().unwrap();
    test.store.create_user(test.workspace, &email, "x").await.unwrap();
    let credentials = test.store.find_credentials(&email).await.unwrap().unwrap();
    test.store.open_session(&credentials, None).await.unwrap().unwrap().device
}

async fn is_admitted(test: &TestStore, attempt: &SignInAttempt) -> bool {
    test.store.check_sign_in(attempt).await.unwrap() == SignInAdmission::Admitted
}

#[tokio::test]
async fn ten_wrong_passwords_are_free_and_then_one_waits() {
    let test = TestStore::new().await;
    let stranger = attempt("192.0.2.1");
    fail(&test, &stranger, 9).await;
    assert!(is_admitted(&test, &stranger).await);
    fail(&test, &stranger, 1).await;
    let SignInAdmission::Throttled { retry_after } = test.store.check_sign_in(&stranger).await.unwrap()
    else {
        panic!("the eleventh guess must wait")
    };
    assert!((1..=7).contains(&retry_after.as_secs()), "{retry_after:?}");
    test.store.clock().advance(Duration::try_from(retry_after).unwrap());
    assert!(is_admitted(&test, &stranger).await);
}

#[tokio::test]
async fn failures_on_one_node_count_on_the_other() {
    let test = TestStore::new().await;
    let other_node = connect(test.database.url(), peppers(&[("p1", 1)]), StoreOptions::default()).await;
    fail(&test, &attempt("192.0.2.1"), 10).await;
    assert_ne!(other_node.check_sign_in(&attempt("192.0.2.1")).await.unwrap(), SignInAdmission::Admitted);
}

#[tokio::test]
async fn a_stranger_cannot_lock_the_owner_out() {
    let test = TestStore::new().await;
    let device = known_device(&test).await;
    fail(&test, &attempt("192.0.2.1"), 200).await;
    assert!(!is_admitted(&test, &attempt("192.0.2.1")).await);
    assert!(is_admitted(&test, &attempt("198.51.100.7")).await, "from elsewhere");
    let known = SignInAttempt { device: Some(device), ..attempt("192.0.2.1") };
    assert!(
        is_admitted(&test, &known).await,
        "even from the same network, with a browser that signed in before"
    );
}

#[tokio::test]
async fn a_device_counts_for_its_owner_only_and_is_throttled_itself() {
    let test = TestStore::new().await;
    let device = known_device(&test).await;
    fail(&test, &attempt("192.0.2.1"), 200).await;
    let as_another = SignInAttempt {
        email: "bob@example.com".parse().unwrap(),
        device: Some(device.clone()),
        ..attempt("192.0.2.1")
    };
    assert!(
        !is_admitted(&test, &as_another).await,
        "the network is over its limit, and the device is not Bob's"
    );
    let known = SignInAttempt { device: Some(device), ..attempt("192.0.2.9") };
    fail(&test, &known, 10).await;
    assert!(!is_admitted(&test, &known).await, "a stolen browser guesses no faster");
}

#[tokio::test]
async fn one_network_cannot_try_every_account() {
    let test = TestStore::new().await;
    for account in 0..100 {
        let email = format!("user{account}@example.com").parse().unwrap();
        fail(&test, &SignInAttempt { email, ..attempt("192.0.2.1") }, 1).await;
    }
    let fresh = SignInAttempt { email: "fresh@example.com".parse().unwrap(), ..attempt("192.0.2.1") };
    assert!(!is_admitted(&test, &fresh).await);
    assert!(is_admitted(&test, &SignInAttempt { client: "192.0.2.2".parse().unwrap(), ..fresh }).await);
}

#[tokio::test]
async fn the_right_password_forgives_the_typos_before_it() {
    let test = TestStore::new().await;
    let owner = attempt("192.0.2.1");
    fail(&test, &owner, 9).await;
    test.store.forget_failed_sign_ins(&owner).await.unwrap();
    fail(&test, &owner, 9).await;
    assert!(is_admitted(&test, &owner).await);
}
