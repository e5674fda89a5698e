//! Users sign in, stay signed in for a while, and are signed out.

use chaser_keys::UserId;
use chaser_keys_storage::{
    ChangePasswordOutcome, CreateUserError, Credentials, SessionLifetimes, SessionToken, StoreOptions,
};
use time::Duration;

use crate::support::{TestStore, quiet};

const HASH: &str = "$argon2id$…";

async fn ada(test: &TestStore) -> UserId {
    test.store.create_user(test.workspace, &"Ada@Example.com".parse().unwrap(), HASH).await.unwrap()
}

fn credentials(user_id: UserId) -> Credentials {
    Credentials { user_id, password_hash: HASH.to_owned() }
}

async fn sign_in(test: &TestStore, user: UserId) -> SessionToken {
    test.store.open_session(&credentials(user), None).await.unwrap().expect("the user may sign in").token
}

#[tokio::test]
async fn a_session_tells_who_is_signed_in_where() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let token = sign_in(&test, user).await;
    let session = test.store.find_session(&token).await.unwrap().expect("signed in");
    assert_eq!((session.user_id, session.workspace_id), (user, test.workspace));
    assert_eq!((session.email.as_str(), session.workspace_name.as_str()), ("ada@example.com", "Acme"));
}

#[tokio::test]
async fn every_sign_in_has_a_token_of_its_own_and_the_database_holds_none() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let (first, second) = (sign_in(&test, user).await, sign_in(&test, user).await);
    assert_ne!(first.expose(), second.expose());
    let rows = format!("{:?}", test.sql("select encode(token_hash, 'escape') from dashboard_sessions").await);
    assert!(!rows.contains(first.expose()));
}

#[tokio::test]
async fn signing_out_ends_that_session_alone() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let (here, there) = (sign_in(&test, user).await, sign_in(&test, user).await);
    test.store.close_session(&here).await.unwrap();
    assert!(test.store.find_session(&here).await.unwrap().is_none());
    assert!(test.store.find_session(&there).await.unwrap().is_some());
}

#[tokio::test]
async fn a_session_ends_after_30_idle_minutes() {
    let test = TestStore::new().await;
    let token = sign_in(&test, ada(&test).await).await;
    for _ in 0..3 {
        test.store.clock().advance(Duration::minutes(29));
        assert!(test.store.find_session(&token).await.unwrap().is_some(), "activity keeps it");
    }
    test.store.clock().advance(Duration::minutes(30));
    assert!(test.store.find_session(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_ends_after_12_hours_whatever_the_activity() {
    let test = TestStore::new().await;
    let token = sign_in(&test, ada(&test).await).await;
    for _ in 0..35 {
        test.store.clock().advance(Duration::minutes(20));
        assert!(test.store.find_session(&token).await.unwrap().is_some());
    }
    test.store.clock().advance(Duration::minutes(20));
    assert!(test.store.find_session(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn sessions_last_for_as_long_as_is_set() {
    let [idle, absolute] = [2, 5].map(std::time::Duration::from_mins);
    let session_lifetimes = SessionLifetimes { idle, absolute };
    let test = TestStore::with(StoreOptions { session_lifetimes, ..quiet() }).await;
    let user = ada(&test).await;
    let (forgotten, visited) = (sign_in(&test, user).await, sign_in(&test, user).await);
    for _ in 0..4 {
        test.store.clock().advance(Duration::MINUTE);
        assert!(test.store.find_session(&visited).await.unwrap().is_some());
    }
    assert!(test.store.find_session(&forgotten).await.unwrap().is_none());
    test.store.clock().advance(Duration::MINUTE);
    assert!(test.store.find_session(&visited).await.unwrap().is_none());
}

#[tokio::test]
async fn a_disabled_person_is_signed_out_and_stays_out() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let token = sign_in(&test, user).await;
    let email = "ada@example.com".parse().unwrap();
    assert_eq!(test.store.disable_user(&email).await.unwrap(), Some(user));
    assert!(test.store.find_session(&token).await.unwrap().is_none());
    assert!(test.store.find_credentials(&email).await.unwrap().is_none());
    assert!(
        test.store.open_session(&credentials(user), None).await.unwrap().is_none(),
        "a sign-in that was under way"
    );
    assert_eq!(test.store.disable_user(&email).await.unwrap(), Some(user), "again changes nothing");
    assert_eq!(test.store.disable_user(&"nobody@example.com".parse().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn an_address_is_taken_once_and_a_workspace_must_exist() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let again = test.store.create_user(test.workspace, &"ADA@example.com".parse().unwrap(), "x").await;
    assert!(matches!(again, Err(CreateUserError::EmailTaken)));
    let nowhere = chaser_keys::WorkspaceId::from_uuid(user.as_uuid());
    let lost = test.store.create_user(nowhere, &"bob@example.com".parse().unwrap(), "x").await;
    assert!(matches!(lost, Err(CreateUserError::NoSuchWorkspace)));
}

#[tokio::test]
async fn what_ended_is_deleted_and_what_lives_stays() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let old = sign_in(&test, user).await;
    test.store.clock().advance(Duration::hours(13));
    let live = sign_in(&test, user).await;
    assert_eq!(test.store.delete_expired_rows().await.unwrap(), 1);
    assert!(test.store.find_session(&old).await.unwrap().is_none());
    assert!(test.store.find_session(&live).await.unwrap().is_some());
}

#[tokio::test]
async fn a_new_password_signs_out_everybody_else() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let (here, elsewhere) = (sign_in(&test, user).await, sign_in(&test, user).await);
    let before = credentials(user);
    let change = || test.store.change_password(&before, "$argon2id$new", &here, None);
    assert_eq!(change().await.unwrap(), ChangePasswordOutcome::Changed);
    assert!(test.store.find_session(&here).await.unwrap().is_some());
    assert!(test.store.find_session(&elsewhere).await.unwrap().is_none());
    let credentials = test.store.find_credentials(&"ada@example.com".parse().unwrap()).await.unwrap();
    assert_eq!(credentials.unwrap().password_hash, "$argon2id$new");
    let with_the_old_password = test.store.open_session(&before, None).await.unwrap();
    assert!(with_the_old_password.is_none(), "a sign-in that was under way");
    let second = change().await.unwrap();
    assert_eq!(second, ChangePasswordOutcome::CredentialsOutdated, "a second change that was under way");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let test = TestStore::new().await;
    let user = ada(&test).await;
    let sessions = [sign_in(&test, user).await, sign_in(&test, user).await];
    test.store.close_all_sessions(user).await.unwrap();
    for session in &sessions {
        assert!(test.store.find_session(session).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_browser_that_is_known_is_remembered_once() {
    let test = TestStore::new().await;
    let ada = credentials(ada(&test).await);
    let bob =
        test.store.create_user(test.workspace, &"bob@example.com".parse().unwrap(), HASH).await.unwrap();
    let first = test.store.open_session(&ada, None).await.unwrap().unwrap().device;
    let again = test.store.open_session(&ada, Some(&first)).await.unwrap().unwrap().device;
    assert_eq!(again.expose(), first.expose());
    let as_bob = test.store.open_session(&credentials(bob), Some(&first)).await.unwrap().unwrap().device;
    assert_ne!(as_bob.expose(), first.expose(), "Ada's browser is not Bob's");
}
