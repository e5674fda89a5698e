//! The examples of docs/gateways/verify.md, run as they are; those in TypeScript are `e2e/tests/examples.test.js`.

use std::path::PathBuf;
use std::process::Command;

use reqwest::Method;
use rustix::process::Signal;

use crate::database;
use crate::http::{Customer, create_user};
use crate::packages::program;
use crate::running_server::RunningServer;

/// The interpreter and its Debian package, if there is one; and the file.
const EXAMPLES: [(&str, &str, &str); 2] = [("sh", "dash", "verify.sh"), ("python3", "python3", "verify.py")];

/// The exit code, and what was printed.
fn run(
    (interpreter, package, file): (&str, &str, &str),
    authority: &str,
    key: &str,
) -> (Option<i32>, String) {
    let examples = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/gateways/examples"));
    let mut command = Command::new(program(interpreter, package));
    let output = command.arg(examples.join(file)).arg(key).env("CHASER", authority).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_example_tells_a_good_key_from_a_bad_one_and_from_not_knowing() {
    program("curl", "curl");
    let database = database::migrated().await;
    create_user(database.url()).await;
    let mut server = RunningServer::start(database.url()).await;
    let customer = Customer::sign_in(&server.url).await;
    for example in EXAMPLES {
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
    for example in EXAMPLES {
        assert_eq!(run(example, &server.internal_url, "no key").0, Some(2), "{example:?}");
    }
}
