//! The schema documents itself: psql shows what each table and column is for.

use chaser_keys_storage::testing::migrated_database;

use crate::support::sql;

/// Tables, and columns as `table.column`, that have no comment. Except diesel's own table.
const UNEXPLAINED: &str = "
    select coalesce(string_agg(name, ', ' order by name), '') from (
        select concat_ws('.', c.relname, a.attname) as name, col_description(c.oid, coalesce(a.attnum, 0)) as comment
        from pg_class c
        cross join lateral (
            select null as attname, null::smallint as attnum
            union all
            select attname, attnum from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
        ) a
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
            and c.relname <> '__diesel_schema_migrations'
    ) described
    where comment is null";

#[tokio::test]
async fn every_table_and_column_is_explained_in_the_database() {
    let database = migrated_database().await;
    assert_eq!(single_text(database.url(), UNEXPLAINED).await, "");

    let bad = "create table oddities (explained int, unexplained int);
               comment on column oddities.explained is 'Has a comment.'";
    sql(database.url(), bad).await;
    assert_eq!(single_text(database.url(), UNEXPLAINED).await, "oddities, oddities.unexplained");
}

async fn single_text(url: &str, query: &str) -> String {
    let rows = sql(url, query).await.into_iter();
    let mut texts = rows.filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    texts.next().unwrap()
}
