//! A list of 5,000 keys, beside its query alone.

use std::time::Instant;

use tokio::net::TcpStream;

use crate::contender::Contender;
use crate::place::Place;
use crate::steady::{Latencies, exchange};

const KEYS: i64 = 5_000;
const TURNS: usize = 100;

pub(crate) async fn measure(place: &Place) {
    let store = place.store().await;
    let workspace = store.create_workspace(&"Listed".parse().unwrap()).await.unwrap();
    let client = place.sql().await;
    let made = "
        insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
        select gen_random_uuid(), $1, 'listed', 'live', 'cha_live_listedl', 'p1',
               sha256(uuid_send(gen_random_uuid())), clock_timestamp()
        from generate_series(1, $2::bigint)";
    client.execute(made, &[&workspace.as_uuid(), &KEYS]).await.unwrap();
    client.batch_execute("analyze api_keys").await.unwrap();
    let cookie = place.session(&store, "list@example.com", workspace).await;
    let server = Contender::server(place);
    let mut connection = TcpStream::connect(server.public_address()).await.unwrap();
    let request = format!("GET /v1/keys HTTP/1.1\r\nHost: keys\r\nCookie: chaser_session={cookie}\r\n\r\n");
    let query = client
        .prepare(
            "select id, workspace_id, name, mode, prefix, created_at, revoked_at, replaces,
                    (select last_used_at from key_usage where key_id = api_keys.id order by day desc limit 1)
             from api_keys where workspace_id = $1 order by created_at desc, id desc",
        )
        .await
        .unwrap();
    let (mut ours, mut theirs, mut bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..TURNS {
        let begun = Instant::now();
        assert_eq!(client.query(&query, &[&workspace.as_uuid()]).await.unwrap().len(), 5_000);
        theirs.push(begun.elapsed());
        let begun = Instant::now();
        let answer = exchange(&mut connection, &request).await;
        ours.push(begun.elapsed());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        bytes = answer.len();
    }
    println!("\nA list of {KEYS} keys, {bytes} bytes, {TURNS} turns");
    let (ours, theirs) = (Latencies::of(ours), Latencies::of(theirs));
    ours.print("GET /v1/keys");
    theirs.print("its query, from the same machine");
    println!("    p50, ratio: {:.2}", ours.per_mille(500) / theirs.per_mille(500));
}
