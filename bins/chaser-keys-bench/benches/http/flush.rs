//! What counting costs the database: PostgreSQL's own count of the statements that write counts.

use std::time::Duration;

use crate::contender::Contender;
use crate::keys;
use crate::place::Place;
use crate::wrk;

const SECONDS: u32 = 10;

pub(crate) async fn measure(place: &Place) {
    let client = place.sql().await;
    client.batch_execute("create extension if not exists pg_stat_statements").await.unwrap();
    println!("\nWriting counts, {SECONDS} s of full load each");
    for used in [100, 1_000, 10_000] {
        place.has_keys(used).await;
        let path = place.path("used");
        keys::write(&path, (0..used).cycle().take(16_000.max(usize::try_from(used).unwrap())));
        let server = Contender::server(place);
        client.batch_execute("select pg_stat_statements_reset()").await.unwrap();
        let run = wrk::run(&server, &path, 16, Duration::from_secs(SECONDS.into()));
        let query = "
            select calls, rows, total_exec_time from pg_stat_statements
            where query like '%into usage_batches%' order by calls desc limit 1";
        let row = client.query_one(query, &[]).await.unwrap();
        let (calls, rows, milliseconds): (i64, i64, f64) = (row.get(0), row.get(1), row.get(2));
        println!(
            "  {used:>6} keys in use, {:>7.0} requests/s: {calls} statements, {} rows each, {:.1} ms each",
            run.per_second,
            rows / calls.max(1),
            milliseconds / f64::from(u32::try_from(calls.max(1)).unwrap()),
        );
    }
}
