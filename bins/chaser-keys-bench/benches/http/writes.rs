//! Creating keys through the API with 16 clients, beside what PostgreSQL itself can insert.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::contender::{ALL_CORES, Contender};
use crate::pgbench::Script;
use crate::place::Place;
use crate::ratios::Spread;
use crate::steady::exchange;

const CLIENTS: usize = 16;
const TURNS: usize = 5;
const TIME: Duration = Duration::from_secs(4);

/// Only the row, with the same triggers: the limit.
const INSERT: &str = "
insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at, revoked_at, replaces)
values (gen_random_uuid(), 'WORKSPACE', 'bench', 'live', 'cha_live_qMRiH5q', 'p1',
        sha256(uuid_send(gen_random_uuid())), clock_timestamp(), null, null);
";

/// Every statement of `POST /v1/keys`: the session, then the row, which is a transaction by itself.
const CREATE: &str = "
select u.id, u.email, w.id, w.name, s.last_seen_at, s.expires_at, clock_timestamp()
from dashboard_sessions s join users u on u.id = s.user_id join workspaces w on w.id = u.workspace_id
where s.token_hash = decode('TOKEN_HASH', 'hex') and u.disabled_at is null limit 1;
insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at, revoked_at, replaces)
values (gen_random_uuid(), 'WORKSPACE', 'bench', 'live', 'cha_live_qMRiH5q', 'p1',
        sha256(uuid_send(gen_random_uuid())), '2026-11-27', null, null);
";

pub(crate) async fn measure(place: &Place) {
    let store = place.store().await;
    let workspace = store.create_workspace(&"Writes".parse().unwrap()).await.unwrap();
    let cookie = place.session(&store, "writes@example.com", workspace).await;
    let server = Contender::server_on(ALL_CORES, place);
    let session = "
        select encode(token_hash, 'hex') from dashboard_sessions s join users u on u.id = s.user_id
        where u.workspace_id = $1";
    let row = place.sql().await.query_one(session, &[&workspace.as_uuid()]).await.unwrap();
    let words = [("WORKSPACE", workspace.to_string()), ("TOKEN_HASH", row.get(0))];
    let insert = Script::new("insert", INSERT, &words);
    let create = Script::new("create", CREATE, &words);
    let (mut ours, mut inserted, mut same, mut before) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        inserted.push(insert.run(&place.url, CLIENTS, TIME).await);
        ours.push(created_each_second(&server, &cookie).await);
        same.push(create.run(&place.url, CLIENTS, TIME).await);
        if let Some(baseline) = Contender::baseline_on(ALL_CORES, place) {
            before.push(created_each_second(&baseline, &cookie).await);
            drop(baseline);
            // A member of an earlier version has every new key announced: ours must not pay for that in its turn.
            place
                .sql()
                .await
                .execute("delete from nodes where pepper_fingerprints = '{}'", &[])
                .await
                .unwrap();
        }
    }
    let ratio = |others: &[f64]| Spread::of(ours.iter().zip(others).map(|(ours, others)| ours / others));
    println!("\nPOST /v1/keys, {CLIENTS} clients, {TURNS} turns");
    println!("  created {ours:.0?}/s");
    println!("  pgbench, the row alone {inserted:.0?}/s; ratio {}", ratio(&inserted));
    println!("  pgbench, the same statements {same:.0?}/s; ratio {}, at least 0.9 is wanted", ratio(&same));
    if !before.is_empty() {
        println!("  the baseline's build {before:.0?}/s; ratio {}, at least 1.75 is wanted", ratio(&before));
    }
}

/// Over kept connections, each sending its next request when the answer is there.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
async fn created_each_second(server: &Contender, cookie: &str) -> f64 {
    let body = r#"{"name":"bench"}"#;
    let request = format!(
        "POST /v1/keys HTTP/1.1\r\nHost: keys\r\nCookie: chaser_session={cookie}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (begun, mut clients) = (Instant::now(), JoinSet::new());
    for _ in 0..CLIENTS {
        let (address, request) = (server.public_address(), request.clone());
        clients.spawn(async move {
            let mut connection = TcpStream::connect(address).await.unwrap();
            connection.set_nodelay(true).unwrap();
            let mut created = 0_usize;
            while begun.elapsed() < TIME {
                let answer = exchange(&mut connection, &request).await;
                assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
                created += 1;
            }
            created
        });
    }
    let created: usize = clients.join_all().await.iter().sum();
    created as f64 / begun.elapsed().as_secs_f64()
}
