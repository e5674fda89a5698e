//! Which requests the fast path answers, which it leaves to the framework, and what it counts.

use allocation_counter::measure;
use chaser_keys::{KeyMode, Peppers};
use chaser_keys_storage::testing::{issued, migrated_database, start_node};
use chaser_keys_storage::{DatabaseUrl, SecretConfirmation, StoreOptions};
use local_postgres::TestDatabase;

use super::*;

/// The fast path of a node that knows one key and its name, and that key.
async fn start(database: &TestDatabase) -> (Responder, String) {
    let peppers: Peppers = format!("p1:{}", "5a".repeat(32)).parse().unwrap();
    let store = start_node(database.url(), peppers, StoreOptions::default()).await;
    let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
    let made = store
        .create_key(workspace, "ci".parse().unwrap(), KeyMode::Live, None, SecretConfirmation::NotNeeded)
        .await
        .unwrap();
    let issued = issued(made);
    // Waits until the node has heard of the key.
    let key = store.node().verifier().verify(&issued.secret).await.unwrap().unwrap();
    assert!(store.key_name_if_at_hand(key.workspace_id, key.key_id).await.is_some());
    let responder = Responder::new(store, &FixedHeaders::new(false), Rc::default());
    (responder, issued.secret.expose().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_plain_request_with_a_good_key_is_answered_and_nothing_is_allocated() {
    let database = migrated_database().await;
    let (responder, key) = start(&database).await;
    let mut output = BytesMut::with_capacity(4096);
    let good = format!("GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nX: y\r\n");
    let whole = good.len() + 2;
    let answer = |text: &str, output: &mut BytesMut| responder.answer(text.as_bytes(), usize::MAX, output);

    assert_eq!(answer(&format!("{good}\r\nGET"), &mut output), FastPathOutcome::Answered(whole));
    let text = String::from_utf8(output.split().to_vec()).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n"), "{text}");
    assert!(text.ends_with(" GMT\r\n\r\n"), "{text}");

    for more in ["content-length: 0", "Connection: keep-alive", "connection:KEEP-ALIVE"] {
        let plain = format!("{}\r\n", good.replace("X: y", more));
        assert_eq!(answer(&plain, &mut output), FastPathOutcome::Answered(plain.len()), "{more}");
    }
    output.clear();
    assert_eq!(answer(&good, &mut output), FastPathOutcome::IncompleteHead);
    let unknown = good.replace(&key[9..15], "AAAAAA");
    assert_eq!(answer(&format!("{unknown}\r\n"), &mut output), FastPathOutcome::Fallback(whole));
    for (there, instead) in [
        ("HTTP/1.1", "HTTP/1.0"),
        ("GET /authorize", "GET /metrics"),
        ("GET", "CONNECT"),
        ("GET", "G$T"),
        ("Host: a", "Hast: a"),
        ("X: y", "Host: b"),
        ("X: y", "Authorization: Bearer x"),
        ("X: y", "Connection: close"),
        ("X: y", "Connection: keep-alive, close"),
        ("X: y", "Connection: keep-alive\r\nConnection: keep-alive"),
        ("X: y", "Content-Length: 3"),
        ("X: y", "Content-Length: 00"),
        ("X: y", "Content-Length: 0\r\nContent-Length: 0"),
        ("X: y", "Transfer-Encoding: chunked"),
        ("X: y", "Expect: 100-continue"),
        ("X: y", "Upgrade: websocket"),
        ("X: y", "X : y"),
        ("X: y", " folded"),
    ] {
        let other = format!("{}\r\n", good.replace(there, instead));
        assert_eq!(answer(&other, &mut output), FastPathOutcome::NotPlain, "{other}");
    }
    assert!(output.is_empty());

    let request = format!("{good}\r\n");
    // Those before the first that is not good, and no more than are verified together.
    let bad = format!("{unknown}\r\n");
    assert_eq!(
        answer(&format!("{request}{request}{bad}{request}"), &mut output),
        FastPathOutcome::Answered(2 * whole)
    );
    assert_eq!(String::from_utf8(output.split().to_vec()).unwrap().matches("HTTP/1.1 200 OK").count(), 2);
    assert_eq!(answer(&format!("{request}{good}"), &mut output), FastPathOutcome::Answered(whole));
    let many = request.repeat(Verifier::BATCH + 1);
    assert_eq!(answer(&many, &mut output), FastPathOutcome::Answered(Verifier::BATCH * whole));
    output.clear();
    responder.draining.set(true);
    assert_eq!(answer(&request, &mut output), FastPathOutcome::NotPlain, "the server stops");
    responder.draining.set(false);
    let counted = measure(|| {
        for _ in 0..1_000 {
            assert_eq!(answer(&request, &mut output), FastPathOutcome::Answered(whole));
            output.clear();
        }
    });
    assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_one_good_key_is_answered_if_its_name_is_in_memory() {
    let database = migrated_database().await;
    let (responder, key) = start(&database).await;
    let mut output = BytesMut::new();
    let question = |headers: &str, body: &str| {
        let length = body.len();
        format!("POST /verify HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n{headers}\r\n\r\n{body}")
    };
    let json = "Content-Type: application/json";
    let body = format!(r#"{{"key": "{key}"}}"#);
    let good = question(json, &body);
    let answer = |text: &str, output: &mut BytesMut| responder.answer(text.as_bytes(), 1, output);

    let next = format!("{good}{good}");
    assert_eq!(answer(&next, &mut output), FastPathOutcome::Answered(good.len()));
    let text = String::from_utf8(output.split().to_vec()).unwrap();
    assert!(text.ends_with(r#""mode":"live","name":"ci"}"#), "{text}");

    for cut in 1..body.len() {
        assert_eq!(answer(&good[..good.len() - cut], &mut output), FastPathOutcome::IncompleteBody, "{cut}");
    }
    assert_eq!(answer(&good[..good.len() - body.len() - 1], &mut output), FastPathOutcome::IncompleteHead);
    for other in [
        body.replace("key", "keys"),
        body.replace(&key[9..15], "AAAAAA"),
        body.replace(&key, "cha_live_x"),
        format!("{body} x"),
    ] {
        let other = question(json, &other);
        assert_eq!(answer(&other, &mut output), FastPathOutcome::Fallback(other.len()), "{other}");
    }
    for other in [
        question("Content-Type: text/plain", &body),
        question("X: y", &body),
        question(&format!("{json}\r\n{json}"), &body),
        question(&format!("{json}\r\nContent-Encoding: identity"), &body),
        question(&format!("{json}\r\nExpect: 100-continue"), &body),
        question(json, &format!("{body}{}", " ".repeat(1024))),
        good.replace("POST", "PUT"),
        good.replace("/verify", "/verify?"),
        good.replace("Content-Length", "X-Length"),
    ] {
        assert_eq!(answer(&other, &mut output), FastPathOutcome::NotPlain, "{other}");
    }
    assert!(output.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_to_the_framework_is_not_counted_here() {
    let database = migrated_database().await;
    let (mut responder, key) = start(&database).await;
    let body = format!(r#"{{"key":"{key}"}}"#);
    let asked = |responder: &Responder| responder.verify(body.as_bytes(), None, &mut BytesMut::new());
    // A second node's store has never read the name.
    let url: DatabaseUrl = database.url().parse().unwrap();
    let peppers: Peppers = format!("p1:{}", "5a".repeat(32)).parse().unwrap();
    let other = Store::connect(&url, peppers, StoreOptions::default()).await.unwrap();
    let node = other.clone();
    tokio::spawn(async move { node.run_background(std::future::pending()).await });
    other.node().until_ready().await;
    let named = std::mem::replace(&mut responder.store, other);
    assert_eq!(asked(&responder), None);
    responder.store = named;
    assert_eq!(asked(&responder), Some(()));
    let presented = PresentedKey::parse(key.as_bytes()).unwrap();
    let workspace_id = responder.verifier.verify_if(presented, |_| true).unwrap().workspace_id;
    responder.store.node().flush_usage().await.unwrap();
    let usage = responder.store.usage_of_current_month(workspace_id).await.unwrap();
    // The one of `start`, one that was answered, and the one just now.
    assert_eq!(usage.by_key[0].requests, 3);
}
