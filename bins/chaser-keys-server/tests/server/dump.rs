//! Everything in a database, as text.

use crate::database::connect;

/// Every row of every table that is not PostgreSQL's own; bytes are in hex.
pub(crate) async fn of_database(url: &str) -> String {
    let client = connect(url).await;
    let tables = "select format('%I.%I', schemaname, tablename) from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema') order by 1";
    let mut dump = String::new();
    for table in client.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        dump = dump + "-- " + &table + "\n";
        let rows = client.query(&format!("select t::text from {table} t"), &[]).await.unwrap();
        for row in rows {
            dump.push_str(row.get(0));
            dump.push('\n');
        }
    }
    dump
}
