//! The examples of docs/gateways/verify.md and usage.md, run as they are; `e2e/tests/examples.test.js` runs those in TypeScript.

use std::path::PathBuf;
use std::process::Command;

use reqwest::Method;
use rustix::process::Signal;

use crate::database;
use crate::http::{Customer, client, create_user};
use crate::packages::program;
use crate::running_server::RunningServer;

/// The interpreter and its Debian package, if there is one; and the file.
type Example = (&'static str, &'static str, &'static str);

const VERIFY: [Example; 2] = [("sh", "dash", "verify.sh"), ("python3", "python3", "verify.py")];
const REPORT: [Example; 2] = [("sh", "dash", "report.sh"), ("python3", "python3", "report.py")];

fn command((interpreter, package, file): Example, authority: &str, arguments: &[&str]) -> Command {
    let examples = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/gateways/examples"));
    let mut command = Command::new(program(interpreter, package));
    command.arg(examples.join(file)).args(arguments).env("CHASER", authority);
    command
}

/// The exit code, and what was printed.
fn run(example: Example, authority: &str, key: &str) -> (Option<i32>, String) {
    let output = command(example, authority, &[key]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// The exit code of reporting some sessions, and of some bytes, of a key.
fn report(example: Example, authority: &str, batch: &str, key_id: &str, numbers: [&str; 3]) -> Option<i32> {
    let mut arguments = vec![key_id];
    arguments.extend(numbers);
    let mut command = command(example, authority, &arguments);
    if !batch.is_empty() {
        command.env("BATCH", batch);
    }
    command.output().unwrap().status.code()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_example_tells_a_good_key_from_a_bad_one_and_from_not_knowing() {
    program("curl", "curl");
    let database = database::migrated().await;
    create_user(database.url()).await;
    let mut server = RunningServer::start(database.url()).await;
    // Keys are made and revoked on another node than the one that is asked.
    let other = RunningServer::start(database.url()).await;
    let customer = Customer::sign_in(&other.url).await;
    for example in VERIFY {
        let key = customer.create_key("snippet").await;
        let (id, secret) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
        let (code, told) = run(example, &server.internal_url, secret);
        assert_eq!(code, Some(0), "{example:?}: {told}");
        assert!(told.contains(id) && !told.contains(secret), "{example:?}: {told}");
        assert_eq!(customer.call(Method::DELETE, &format!("/v1/keys/{id}"), None).await.status(), 204);
        assert_eq!(run(example, &server.internal_url, secret).0, Some(1), "{example:?}");
        assert_eq!(run(example, &server.internal_url, "no key").0, Some(1), "{example:?}");
    }
    server.signal(Signal::TERM);
    server.ended().await;
    for example in VERIFY {
        assert_eq!(run(example, &server.internal_url, "no key").0, Some(2), "{example:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_example_reports_until_it_is_counted_and_what_is_sent_again_counts_once() {
    const UNKNOWN: &str = "68c58c43-dafc-433c-9d19-3719ab740159";
    program("curl", "curl");
    let database = database::migrated().await;
    create_user(database.url()).await;
    let mut server = RunningServer::start(database.url()).await;
    let customer = Customer::sign_in(&server.url).await;
    let internal_url = server.internal_url.clone();
    for example in REPORT {
        let key = customer.create_key("reporting").await;
        let (id, secret) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
        // The key's own id is as good a name for its batch as any.
        for _ in 0..2 {
            assert_eq!(report(example, &internal_url, id, id, ["1", "20", "300"]), Some(0), "{example:?}");
        }
        assert_eq!(report(example, &internal_url, "", id, ["1", "20", "300"]), Some(0), "{example:?}");
        assert_eq!(report(example, &internal_url, id, id, ["2", "20", "300"]), Some(1), "{example:?}");
        assert_eq!(report(example, &internal_url, "", UNKNOWN, ["1", "1", "1"]), Some(1), "{example:?}");
        let usage =
            client().get(format!("{}/v1/usage", server.url)).bearer_auth(secret).send().await.unwrap();
        let usage: serde_json::Value = usage.json().await.unwrap();
        let of_key = usage["by_key"].as_array().unwrap().iter().find(|entry| entry["key_id"] == id).unwrap();
        let told = ["sessions", "bytes_up", "bytes_down", "bytes_total"].map(|name| of_key[name].as_u64());
        assert_eq!(told, [Some(2), Some(40), Some(600), Some(640)], "{example:?}");
    }
    server.signal(Signal::TERM);
    server.ended().await;
    for example in REPORT {
        assert_eq!(report(example, &internal_url, "", UNKNOWN, ["1", "1", "1"]), Some(2), "{example:?}");
    }
}
