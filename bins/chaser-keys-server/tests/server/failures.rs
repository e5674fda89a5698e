//! Every way not to start: one line that names the setting and the mend, and nothing else.

use std::net::TcpListener;

use tempfile::NamedTempFile;

use crate::database;
use crate::http::{Customer, EMAIL, create_user};
use crate::process::{PEPPER, run, run_with_input};
use crate::running_server::RunningServer;

/// Nobody listens there.
const NO_DATABASE: &str = "postgres://me:hunter2@127.0.0.1:1/chaser";

type Settings<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn a_wrong_setting_is_one_line_that_names_it() {
    let url = ("DATABASE_URL", NO_DATABASE);
    let pepper = ("CHASER_PEPPERS", PEPPER);
    let table: [(Settings<'_>, &[&str]); 13] = [
        (&[pepper], &["DATABASE_URL (--database-url): it is not set", "postgres://"]),
        (&[pepper, ("DATABASE_URL", "mysql://me:hunter2@db/x")], &["DATABASE_URL", "postgres://"]),
        (&[pepper, ("DATABASE_URL", "postgres://me:hunter2@db:port/x")], &["DATABASE_URL"]),
        (&[url], &["CHASER_PEPPERS: it is not set", "openssl rand -hex 32", "CHASER_PEPPERS_FILE"]),
        (&[url, ("CHASER_PEPPERS", "p1:5a5a")], &["CHASER_PEPPERS: pepper 1", "64 hex digits"]),
        (&[url, ("CHASER_PEPPERS_FILE", "/no/such")], &["CHASER_PEPPERS_FILE (--peppers-file)", "/no/such"]),
        (&[url, pepper, ("CHASER_BIND", "8080")], &["CHASER_BIND (--bind)", "127.0.0.1:8080"]),
        (&[url, pepper, ("CHASER_SESSION_IDLE", "30")], &["CHASER_SESSION_IDLE (--session-idle)", "30m"]),
        (&[url, pepper, ("CHASER_PUBLIC_URL", "http://example.com")], &["CHASER_PUBLIC_URL", "https"]),
        (&[url, pepper, ("CHASER_LOG", "info,=,x=loud")], &["CHASER_LOG (--log)", "info"]),
        (&[url, pepper, ("CHASER_LOG", "warning")], &["CHASER_LOG (--log)", "no level", "warn"]),
        (&[url, pepper, ("CHASER_WORKERS", "0")], &["CHASER_WORKERS (--workers)", "from 1 to"]),
        (&[url, pepper, ("CHASER_PEPERS", "x")], &["CHASER_PEPERS", "did you mean CHASER_PEPPERS?"]),
    ];
    for (settings, expected) in table {
        let finished = run(&["serve"], settings).await;
        let failure = finished.failure();
        assert_eq!(failure.len(), 1, "{settings:?}: {failure:#?}");
        assert!(failure[0].starts_with(expected[0]), "{settings:?}: {failure:#?}");
        assert!(expected.iter().all(|part| failure[0].contains(part)), "{settings:?}: {failure:#?}");
        assert!(!finished.stderr.contains("hunter2") && !finished.stderr.contains("5a5a"), "{finished:?}");
    }
}

#[tokio::test]
async fn all_mistakes_are_told_at_once_each_on_its_line() {
    let settings = [
        ("CHASER_PEPPERS", "short"),
        ("CHASER_BIND", "here"),
        ("CHASER_INTERNAL_BIND", "there"),
        ("CHASER_TRUSTED_PROXIES", "everyone"),
        ("CHASER_USAGE_FLUSH", "1y"),
        ("CHASER_LOG_FORMAT", "xml"),
        ("CHASER_MIGRATE", "maybe"),
        ("CHASER_TYPO", "1"),
    ];
    let finished = run(&["serve", "--workers", "many"], &settings).await;
    let failure = finished.failure();
    let names: Vec<&str> = failure.iter().filter_map(|line| line.split([' ', ':']).next()).collect();
    let expected = [
        "DATABASE_URL",
        "CHASER_PEPPERS",
        "CHASER_LOG_FORMAT",
        "CHASER_MIGRATE",
        "CHASER_BIND",
        "CHASER_INTERNAL_BIND",
        "CHASER_WORKERS",
        "CHASER_TRUSTED_PROXIES",
        "CHASER_USAGE_FLUSH",
        "CHASER_TYPO",
    ];
    assert_eq!(names, expected, "{failure:#?}");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_waited_for_and_then_named() {
    let settings = [
        ("DATABASE_URL", NO_DATABASE),
        ("CHASER_PEPPERS", PEPPER),
        ("CHASER_BIND", "127.0.0.1:0"),
        ("CHASER_INTERNAL_BIND", "127.0.0.1:0"),
    ];
    let begun = std::time::Instant::now();
    let finished = run(&["serve"], &settings).await;
    let failure = finished.failure();
    assert_eq!(failure.len(), 1, "{failure:#?}");
    assert!(
        failure[0].starts_with("DATABASE_URL: PostgreSQL (me at 127.0.0.1:1, database chaser)"),
        "{failure:#?}"
    );
    assert!(failure[0].contains("Start it"), "{failure:#?}");
    assert!(finished.stderr.contains("waiting up to 10s for the database"), "{finished:?}");
    assert!(begun.elapsed().as_secs() >= 5);
}

#[tokio::test]
async fn a_database_that_nobody_created_is_to_be_created() {
    let database = database::empty().await;
    let url = database.url().replace(database.name(), "nobody_created");
    let finished = run(&["check-config"], &[("DATABASE_URL", &url), ("CHASER_PEPPERS", PEPPER)]).await;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let expected = "cannot be used: db error: FATAL: database \"nobody_created\" does not exist. Create it";
    assert!(finished.stderr.contains(expected), "{finished:?}");
}

#[tokio::test]
async fn an_unknown_role_is_no_reason_to_start_postgresql() {
    let database = database::empty().await;
    let url = database.url().replace("user=postgres", "user=nobody_created");
    let finished = run(&["check-config"], &[("DATABASE_URL", &url), ("CHASER_PEPPERS", PEPPER)]).await;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let expected =
        "role \"nobody_created\" does not exist. It is running: remove that cause, or correct the URL";
    assert!(finished.stderr.contains(expected), "{finished:?}");
}

#[tokio::test]
async fn a_taken_port_is_told_with_its_setting_and_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (setting, other) in [("CHASER_BIND", "CHASER_INTERNAL_BIND"), ("CHASER_INTERNAL_BIND", "CHASER_BIND")]
    {
        // Nothing is asked of the database: the port comes first.
        let settings = [
            ("DATABASE_URL", NO_DATABASE),
            ("CHASER_PEPPERS", PEPPER),
            (setting, &address),
            (other, "127.0.0.1:0"),
        ];
        let finished = run(&["serve"], &settings).await;
        let expected = format!("{setting}: cannot listen on {address} (the port is taken): ");
        let failure = finished.failure();
        assert!(failure.len() == 1 && failure[0].starts_with(&expected), "{failure:#?}");
    }
}

#[tokio::test]
async fn peppers_of_another_database_are_refused() {
    let database = database::migrated().await;
    create_user(database.url()).await;
    // A pepper is remembered once a key was made with it.
    let server = RunningServer::start(database.url()).await;
    Customer::sign_in(&server.url).await.create_key("ci").await;
    server.stop().await;
    let other = "p1:6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b";
    let settings = [
        ("DATABASE_URL", database.url()),
        ("CHASER_PEPPERS", other),
        ("CHASER_BIND", "127.0.0.1:0"),
        ("CHASER_INTERNAL_BIND", "127.0.0.1:0"),
    ];
    for command in ["serve", "check-config"] {
        let finished = run(&[command], &settings).await;
        assert_eq!(finished.code, Some(1));
        let failure = finished.stderr.lines().last().unwrap();
        assert!(failure.starts_with("chaser-keys-server: CHASER_PEPPERS: the pepper \"p1\""), "{finished:?}");
    }
}

#[tokio::test]
async fn pending_migrations_are_refused_where_serve_may_not_apply_them() {
    let database = database::empty().await;
    let settings = [
        ("DATABASE_URL", database.url()),
        ("CHASER_PEPPERS", PEPPER),
        ("CHASER_BIND", "127.0.0.1:0"),
        ("CHASER_INTERNAL_BIND", "127.0.0.1:0"),
        ("CHASER_MIGRATE", "off"),
    ];
    let finished = run(&["serve"], &settings).await;
    let failure = finished.failure();
    assert!(failure.len() == 1 && failure[0].starts_with("CHASER_MIGRATE is off"), "{failure:#?}");
    assert!(failure[0].ends_with("run `chaser-keys-server migrate`"), "{failure:#?}");
}

#[tokio::test]
async fn a_role_that_may_create_no_tables_is_told_before_and_by_serve() {
    let database = database::empty().await;
    let role = format!("newcomer_{}", std::process::id());
    let client = database::connect(database.url()).await;
    client
        .batch_execute(&format!("create role {role} login; revoke create on schema public from public"))
        .await
        .unwrap();
    let url = database.url().replacen("postgres@", &format!("{role}@"), 1).replacen(
        "user=postgres",
        &format!("user={role}"),
        1,
    );
    assert!(url.contains(&role), "{url}");
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("CHASER_PEPPERS", PEPPER),
        ("CHASER_BIND", "127.0.0.1:0"),
        ("CHASER_INTERNAL_BIND", "127.0.0.1:0"),
    ];
    for command in ["check-config", "serve", "migrate"] {
        let finished = run(&[command], &settings).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        let failure = finished.stderr.lines().last().unwrap();
        assert!(failure.contains(&format!("the role {role} may create no tables")), "{finished:?}");
        assert!(failure.contains(&format!("owner to {role}")), "{finished:?}");
    }
    client.batch_execute(&format!("grant create on schema public to {role}")).await.unwrap();
    assert_eq!(run(&["check-config"], &settings).await.code, Some(0));
    client.batch_execute(&format!("drop owned by {role}; drop role {role}")).await.unwrap();
}

#[tokio::test]
async fn a_user_who_cannot_be_created_is_told_why() {
    let database = database::migrated().await;
    let workspace = create_user(database.url()).await;
    let nowhere = "00000000-0000-4000-8000-000000000000";
    let good = "quite another passphrase 77";
    let table = [
        (workspace.as_str(), "ada", good, "--email: write an e-mail address"),
        ("acme", "bo@example.com", good, "--workspace: "),
        (nowhere, "bo@example.com", good, "--workspace: there is no workspace"),
        (&workspace, EMAIL, good, "--email: there is a user with this address already"),
        (&workspace, "bo@example.com", "too short", "--password-stdin: "),
        (&workspace, "bo@example.com", "aaaaaaaaaaaaaaaaaaaa", "--password-stdin: "),
        (&workspace, "bo@example.com", "", "--password-stdin: "),
        (
            &workspace,
            "bo@example.com",
            "two lines of it\nand no more",
            "--password-stdin: it has several lines",
        ),
    ];
    let settings = [("DATABASE_URL", database.url()), ("CHASER_PEPPERS", PEPPER)];
    for (workspace, email, password, expected) in table {
        let arguments = ["user", "create", "--workspace", workspace, "--email", email, "--password-stdin"];
        let finished = run_with_input(&arguments, &settings, password).await;
        let failure = finished.failure();
        assert!(failure.len() == 1 && failure[0].starts_with(expected), "{expected}: {failure:#?}");
        assert!(password.is_empty() || !finished.stderr.contains(password), "{finished:?}");
    }
}

#[tokio::test]
async fn a_pepper_file_is_read_and_a_bad_one_is_named() {
    let database = database::migrated().await;
    let file = NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let settings = [("DATABASE_URL", database.url())];
    let arguments = ["workspace", "create", "--name", "Acme", "--peppers-file", path];
    std::fs::write(path, format!("{PEPPER}\n")).unwrap();
    assert_eq!(run(&arguments, &settings).await.result().len(), 36);
    std::fs::write(path, "p1:5a5a\n").unwrap();
    let finished = run(&arguments, &settings).await;
    assert!(
        finished.failure()[0].starts_with("CHASER_PEPPERS_FILE (--peppers-file): pepper 1"),
        "{finished:?}"
    );
}

#[tokio::test]
async fn a_command_line_that_makes_no_sense_is_refused_with_code_2() {
    for arguments in [&["frobnicate"][..], &[], &["serve", "--peppers", "x"], &["user", "create"]] {
        let finished = run(arguments, &[]).await;
        assert_eq!((finished.code, finished.stdout.as_str()), (Some(2), ""), "{finished:?}");
    }
}
