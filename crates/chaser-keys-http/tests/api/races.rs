//! Many at once.

use futures_util::future::join_all;

use crate::support::{CreatedKey, TestApp};

#[tokio::test]
async fn of_fifty_parallel_rotates_exactly_one_wins() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let answers = join_all((0..50).map(|_| app.rotate_key(&key.id, 7))).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(won.len(), 1);
    let lost = answers.iter().filter(|answer| answer.status == 409 && answer.code() == "conflict").count();
    assert_eq!(lost, 49);
    let listed = app.list_keys().await;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["id"], CreatedKey::in_answer(won[0]).id.as_str());
    assert_eq!(app.usage(&key.secret).await.status, 200);
}

#[tokio::test]
async fn a_rotate_beside_a_revoke_comes_out_as_one_after_the_other() {
    let app = TestApp::start().await;
    for _ in 0..15 {
        let key = app.create_key("ci").await;
        let before = app.list_keys().await.len();
        let (rotated, revoked) = tokio::join!(app.rotate_key(&key.id, 7), app.revoke_key(&key.id));
        assert_eq!(revoked.status, 204);
        assert_eq!(app.usage(&key.secret).await.status, 401);
        let made = app.list_keys().await.len() - before;
        match rotated.status.as_u16() {
            // First rotated, then the old key revoked in its grace: the successor lives.
            201 => {
                assert_eq!(made, 1);
                assert_eq!(app.usage(&CreatedKey::in_answer(&rotated).secret).await.status, 200);
            }
            // First revoked: nothing is left to rotate.
            409 => assert_eq!(made, 0),
            other => panic!("{other}"),
        }
    }
}
