//! The printed calls, pasted into a shell.

use std::process::Stdio;

use rustix::process::Signal;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::process::Running;

/// Each line that a call printed.
async fn paste(text: &str) -> Vec<String> {
    let mut shell = Command::new("sh");
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut shell = shell.spawn().unwrap();
    let mut stdin = shell.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).await.unwrap();
    drop(stdin);
    let waiting = tokio::time::timeout(std::time::Duration::from_mins(1), shell.wait_with_output());
    let output = waiting.await.expect("the calls end").unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_printed_calls_do_what_the_documented_page_says() {
    let mut running = Running::start(&["up", "--ephemeral", "--port", "0"]);
    let printed = running.lines_until("# Ctrl-C").await;
    let answers = paste(&printed).await;
    let json = |index: usize| serde_json::from_str::<Value>(&answers[index]).unwrap();
    let code = |index: usize| json(index)["error"]["code"].clone();

    assert_eq!(json(0)["period"], "current", "usage with this run's key");
    let (live, test) = (json(1), json(2));
    assert!(live["secret"].as_str().unwrap().starts_with("cha_live_"));
    assert!(test["secret"].as_str().unwrap().starts_with("cha_test_"));
    let names: Vec<Value> =
        json(3)["keys"].as_array().unwrap().iter().map(|key| key["name"].clone()).collect();
    assert_eq!(names, ["ci-e2e", "production", "cargo-dev"]);
    assert_eq!(json(4)["name"], "production-scraper");
    assert_eq!(json(5)["name"], "production-scraper", "rotating keeps the name");
    assert_eq!(json(6)["period"], "current", "the old key in grace");
    assert_eq!(json(7)["period"], "current", "the new key");
    assert!(json(8)["secret"].as_str().unwrap().starts_with("cha_test_"));
    let unauthorized = code(9);
    assert!(unauthorized.is_string(), "rotated without grace: {answers:#?}");
    assert_eq!(answers[10], "204");
    assert_eq!(code(11), unauthorized, "revoked");
    assert_eq!(answers.len(), 12, "{answers:#?}");
    running.stop(Signal::INT).await;
}
