//! A revoke with three nodes beside the bare commit of the same transaction.

use std::time::{Duration, Instant};

use crate::place::{Place, create_key, workspace};
use crate::summary::{Summary, ratio};

const TURNS: usize = 500;

pub(crate) async fn measure(place: &Place) {
    let nodes = [place.node().await, place.node().await, place.node().await];
    let store = &nodes[0].store;
    let workspace = workspace(store).await;
    let client = place.sql().await;
    // What `Store::revoke_key` says in its transaction: lock, ask for the time, write. The trigger is the same.
    let lock = client
        .prepare("select * from api_keys where id = $1 and workspace_id = $2 for update")
        .await
        .unwrap();
    let clock = client.prepare("select clock_timestamp()").await.unwrap();
    let write = client.prepare("update api_keys set revoked_at = $2 where id = $1").await.unwrap();
    let (mut bare, mut revokes) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let key = create_key(store, workspace).await;
        let (id, workspace_id) = (key.key.id.as_uuid(), workspace.as_uuid());
        tokio::time::sleep(Duration::from_millis(2)).await;
        let begun = Instant::now();
        client.batch_execute("begin").await.unwrap();
        client.query_one(&lock, &[&id, &workspace_id]).await.unwrap();
        let now: time::OffsetDateTime = client.query_one(&clock, &[]).await.unwrap().get(0);
        client.execute(&write, &[&id, &now]).await.unwrap();
        client.batch_execute("commit").await.unwrap();
        bare.push(begun.elapsed());

        let key = create_key(store, workspace).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
        let begun = Instant::now();
        store.revoke_key(workspace, key.key.id).await.unwrap().expect("the key exists");
        revokes.push(begun.elapsed());
        for node in &nodes {
            let verdict = node.store.node().verifier().verify(&key.secret).await.unwrap();
            assert_eq!(verdict, None, "a revoke that returned too soon");
        }
    }
    let (bare, revokes) = (Summary::of(bare), Summary::of(revokes));
    println!("\nRevoke, in turns with the bare commit");
    bare.print("  the same transaction, nobody waited for");
    revokes.print("  revoke, known to 3 nodes when it returns");
    let medians = ratio(revokes.per_mille(500), bare.per_mille(500));
    println!("  ratio of the medians: {medians:.2} (at most 3 is wanted)");
    for node in nodes {
        node.stop().await;
    }
}
