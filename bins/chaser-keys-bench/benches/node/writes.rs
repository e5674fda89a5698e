//! Rotating and revoking keys with 16 clients at once, beside pgbench with the same statements.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chaser_keys::{GracePeriod, KeyId, WorkspaceId};
use chaser_keys_storage::{SecretConfirmation, Store};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::pgbench::Script;
use crate::place::{Place, create_key, workspace};

const CLIENTS: usize = 16;
const TIME: Duration = Duration::from_secs(4);
const TURNS: usize = 3;
/// Keys to rotate or to revoke in a turn, at most.
const VICTIMS: usize = 6_000;

/// What `Store::rotate_key` says in its transaction, of one victim after another: none can be rotated twice.
const ROTATE: &str = r"
begin;
select id, workspace_id, name, mode, prefix, created_at, revoked_at, replaces from api_keys
where id = (select id from victims where number = (select nextval('next_victim'))) and workspace_id = 'WORKSPACE'
for no key update \gset
select clock_timestamp() as now, clock_timestamp() + interval '7 days' as until \gset
update api_keys set revoked_at = :until where id = :id;
select coalesce(sum(requests), 0)::bigint as used from key_usage where key_id = :id \gset
update api_keys set requests_before_rotation = :used where id = :id;
insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at, revoked_at, replaces)
values (gen_random_uuid(), 'WORKSPACE', 'victim', 'live', 'cha_live_qMRiH5q', 'p1',
        sha256(uuid_send(gen_random_uuid())), :now, null, :id);
commit;
";

/// What `Store::revoke_key` says in its transaction.
const REVOKE: &str = r"
\set number random(1, VICTIMS)
begin;
select id, workspace_id, name, mode, prefix, created_at, revoked_at, replaces from api_keys
where id = (select id from victims where number = :number) and workspace_id = 'WORKSPACE' for no key update \gset
select clock_timestamp() as now \gset
update api_keys set revoked_at = :now where id = :id;
commit;
";

pub(crate) async fn rotate(place: &Place) {
    let rotated = async |store: Store, workspace, victim| {
        store
            .rotate_key(workspace, victim, GracePeriod::default(), None, SecretConfirmation::NotNeeded)
            .await
            .unwrap();
    };
    let (ours, theirs) = in_turns(place, ("rotate", ROTATE), rotated).await;
    println!("\nRotating keys, {CLIENTS} clients on 3 nodes; in turns with pgbench and the same statements");
    tell(&ours, &theirs, 0.5);
}

pub(crate) async fn revoke(place: &Place) {
    let revoked = async |store: Store, workspace, victim| {
        store.revoke_key(workspace, victim).await.unwrap().expect("the key exists");
    };
    let (ours, theirs) = in_turns(place, ("revoke", REVOKE), revoked).await;
    println!(
        "\nRevoking keys, {CLIENTS} clients, known to 3 nodes; in turns with pgbench, which waits for none"
    );
    tell(&ours, &theirs, 0.3);
}

/// What is done to keys each second, by three nodes and by pgbench.
async fn in_turns(
    place: &Place,
    (name, script): (&str, &str),
    work: impl AsyncFn(Store, WorkspaceId, KeyId),
) -> (Vec<f64>, Vec<f64>) {
    let nodes = [place.node().await, place.node().await, place.node().await];
    let stores = nodes.each_ref().map(|node| node.store.clone());
    let workspace = workspace(&stores[0]).await;
    // So that the pepper is registered.
    create_key(&stores[0], workspace).await;
    let script =
        Script::new(name, script, &[("WORKSPACE", workspace.to_string()), ("VICTIMS", VICTIMS.to_string())]);
    let client = place.sql().await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        make_victims(&client, workspace).await;
        theirs.push(script.run(&place.url, CLIENTS, TIME).await);
        let victims = make_victims(&client, workspace).await;
        ours.push(done_each_second(&stores, &victims, |store, victim| work(store, workspace, victim)).await);
    }
    for node in nodes {
        node.stop().await;
    }
    (ours, theirs)
}

fn tell(ours: &[f64], theirs: &[f64], wanted: f64) {
    let mut ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    println!("  chaser-keys {ours:.0?}/s, pgbench {theirs:.0?}/s");
    println!(
        "  ratio {:.2} ({:.2} to {:.2}); at least {wanted} is wanted",
        ratios[ratios.len() / 2],
        ratios[0],
        ratios[ratios.len() - 1]
    );
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
async fn done_each_second<F: Future<Output = ()>>(
    stores: &[Store; 3],
    victims: &[KeyId],
    work: impl Fn(Store, KeyId) -> F,
) -> f64 {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let done = join_all((0..CLIENTS).map(async |client| {
        let mut done = 0_usize;
        while begun.elapsed() < TIME
            && let Some(victim) = victims.get(next.fetch_add(1, Ordering::Relaxed))
        {
            work(stores[client % 3].clone(), *victim).await;
            done += 1;
        }
        done
    }));
    done.await.iter().sum::<usize>() as f64 / begun.elapsed().as_secs_f64()
}

/// Fresh keys, known to all nodes, and listed for pgbench.
async fn make_victims(client: &tokio_postgres::Client, workspace: WorkspaceId) -> Vec<KeyId> {
    let statement = "
        insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
        select gen_random_uuid(), $1, 'victim', 'live', 'cha_live_victimv', 'p1',
               sha256(uuid_send(gen_random_uuid())), clock_timestamp()
        from generate_series(1, $2::bigint)
        returning id";
    let count = i64::try_from(VICTIMS).unwrap();
    let rows = client.query(statement, &[&workspace.as_uuid(), &count]).await.unwrap();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let fresh = "
        drop table if exists victims;
        drop sequence if exists next_victim;
        create table victims (number bigint primary key, id uuid);
        create sequence next_victim";
    client.batch_execute(fresh).await.unwrap();
    let list =
        "insert into victims select number, id from unnest($1::uuid[]) with ordinality as made (id, number)";
    client.execute(list, &[&ids]).await.unwrap();
    client.batch_execute("analyze victims; analyze api_keys").await.unwrap();
    // So that the nodes are through with it.
    tokio::time::sleep(Duration::from_secs(1)).await;
    ids.into_iter().map(KeyId::from_uuid).collect()
}
