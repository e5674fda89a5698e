//! Databases for tests: isolated, from a template that is always complete.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::support::{Helper, ask, role, say, wait_to_be_killed};
use local_postgres::{BoxError, TestDatabase};

async fn one_table(url: String) -> Result<(), BoxError> {
    ask(&url, "CREATE TABLE t (v int); INSERT INTO t VALUES (1)").await?;
    Ok(())
}

#[tokio::test]
async fn two_test_databases_are_isolated() {
    let first = TestDatabase::from_template("isolated-1", one_table).await.unwrap();
    let second = TestDatabase::from_template("isolated-1", one_table).await.unwrap();
    assert_ne!(first.url(), second.url());
    assert_eq!(ask(first.url(), "INSERT INTO t VALUES (2); SELECT count(*) FROM t").await.unwrap(), "2");
    assert_eq!(ask(second.url(), "SELECT count(*) FROM t").await.unwrap(), "1");
}

#[test]
fn tests_on_runtimes_and_threads_of_their_own_prepare_the_template_once() {
    static PREPARED: AtomicU32 = AtomicU32::new(0);
    let template = format!("parallel-{}", std::process::id());
    let one_test = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let prepare = async |url: String| {
                PREPARED.fetch_add(1, Ordering::SeqCst);
                one_table(url).await
            };
            let database = TestDatabase::from_template(&template, prepare).await.unwrap();
            ask(database.url(), "SELECT count(*) FROM t").await.unwrap()
        })
    };
    let answers: Vec<String> = std::thread::scope(|scope| {
        let tests: Vec<_> = (0..16).map(|_| scope.spawn(one_test)).collect();
        tests.into_iter().map(|test| test.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer == "1"), "{answers:?}");
    assert_eq!(PREPARED.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_half_prepared_template_is_prepared_again() {
    let template = format!("half-{}", std::process::id());
    let fail_half_way = async |url: String| -> Result<(), BoxError> {
        ask(&url, "CREATE TABLE half (v int)").await?;
        Err("the second migration is broken".into())
    };
    let message = TestDatabase::from_template(&template, fail_half_way).await.unwrap_err().to_string();
    assert!(message.ends_with("the second migration is broken"), "{message}");
    let database = TestDatabase::from_template(&template, one_table).await.unwrap();
    let tables = "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(ask(database.url(), tables).await.unwrap(), "t");
}

#[tokio::test]
async fn a_template_prepared_over_a_connection_that_stays_open_can_be_copied() {
    let template = format!("lingering-{}", std::process::id());
    let mut lingering = None;
    let prepare = async |url: String| {
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute("CREATE TABLE t (v int)").await?;
        lingering = Some(client);
        Ok(())
    };
    let database = TestDatabase::from_template(&template, prepare).await.unwrap();
    assert_eq!(ask(database.url(), "SELECT count(*) FROM t").await.unwrap(), "0");
    assert!(lingering.is_some());
}

#[tokio::test]
async fn a_dropped_test_database_goes_away_even_with_a_connection_open() {
    let database = TestDatabase::from_template("isolated-1", one_table).await.unwrap();
    let other = TestDatabase::from_template("isolated-1", one_table).await.unwrap();
    let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{}'", database.name());
    drop(database);
    for _ in 0..1000 {
        if ask(other.url(), &count).await.unwrap() == "0" {
            return assert!(client.simple_query("SELECT 1").await.is_err());
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("still there after 10 s");
}

#[tokio::test]
async fn two_test_processes_do_not_share_a_cluster_and_the_next_takes_over_after_a_kill() {
    if role().is_some() {
        let database = TestDatabase::from_template("isolated-1", one_table).await.unwrap();
        say(&ask(database.url(), "SHOW data_directory").await.unwrap());
        return wait_to_be_killed();
    }
    let test =
        "test_databases::two_test_processes_do_not_share_a_cluster_and_the_next_takes_over_after_a_kill";
    let ours = TestDatabase::from_template("isolated-1", one_table).await.unwrap();
    let our_directory = ask(ours.url(), "SHOW data_directory").await.unwrap();
    for _ in 0..3 {
        let mut helper = Helper::start(test, std::path::Path::new("/"));
        assert_ne!(helper.line(), our_directory);
        helper.kill();
    }
}
