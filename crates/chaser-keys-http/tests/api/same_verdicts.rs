//! `POST /verify` has the same response, whether the fast path or the framework answers it.

use std::net::SocketAddr;

use crate::support::{CreatedKey, RawAnswer, RawConnection, TestApp};

/// Makes a request one that only the framework answers, and changes nothing else about it.
const FOR_THE_FRAMEWORK: &str = "Upgrade: nothing/1\r\n";

/// Status, headers but for the date and ids of the server's own, and body.
#[derive(Debug, Eq, PartialEq)]
struct Response {
    status: u16,
    headers: Vec<String>,
    body: String,
}

async fn response_to(address: SocketAddr, request: &str) -> (Response, bool) {
    let mut connection = RawConnection::open(address).await;
    connection.send(request).await;
    let answer = connection.read_answer().await;
    let is_own = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        name == "date" || name == "x-request-id" && !request.contains(value)
    };
    let mut headers: Vec<_> =
        answer.head.lines().filter(|line| !line.is_empty() && !is_own(line)).map(ToOwned::to_owned).collect();
    headers.sort_unstable();
    let is_fast = is_fast(&answer);
    (Response { status: answer.status, headers, body: answer.body }, is_fast)
}

/// The framework's dispatcher writes the date last, and none in its own errors.
fn is_fast(answer: &RawAnswer) -> bool {
    let last = answer.head.lines().rfind(|line| !line.is_empty());
    answer.header("date").is_some() && !last.is_some_and(|line| line.starts_with("date: "))
}

fn question(line: &str, headers: &str, body: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

fn requests(key: &str) -> Vec<(u16, bool, String)> {
    const FAST: bool = true;
    const SLOW: bool = false;
    let (post, json) = ("POST /verify", "Content-Type: application/json\r\n");
    let body = format!(r#"{{"key":"{key}"}}"#);
    let mut requests = Vec::new();
    let mut add = |status, is_fast, request: String| requests.push((status, is_fast, request));
    for (status, is_fast, body) in [
        (200, FAST, body.clone()),
        (200, FAST, format!(r#"{{"key": "{key}"}}"#)),
        (200, FAST, format!(" {{\r\n\t\"key\" : \"{key}\" }}\n")),
        (200, SLOW, format!(r#"{{"key":"{}"}}"#, key.replace('_', "\\u005f"))),
        (200, SLOW, format!(r#"{{"k\u0065y":"{key}"}}"#)),
        (200, SLOW, format!(r#"{{"keys":["{key}"]}}"#)),
        (200, SLOW, format!(r#"{{"key":"{key}x"}}"#)),
        (200, SLOW, format!(r#"{{"key":" {key}"}}"#)),
        (200, SLOW, r#"{"key":"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ"}"#.to_owned()),
        (200, SLOW, r#"{"key":""}"#.to_owned()),
        (400, SLOW, format!(r#"{{"key":"{key}","keys":[]}}"#)),
        (400, SLOW, format!(r#"{{"key":"{key}","key":"{key}"}}"#)),
        (400, SLOW, format!(r#"{{"key":"{key}"}}}}"#)),
        (400, SLOW, format!(r#"{{"key":"{key}"}} x"#)),
        (400, SLOW, format!(r#"{{"key":"{key}",}}"#)),
        (400, SLOW, format!(r#"{{"key":"{key}"#)),
        (400, SLOW, format!(r#"["{key}"]"#)),
        (400, SLOW, format!("\u{feff}{body}")),
        (400, SLOW, r#"{"key":null}"#.to_owned()),
        (400, SLOW, "{\"key\":\"\0\"}".to_owned()),
        (400, SLOW, "{\"key\":\"\n\"}".to_owned()),
        (400, SLOW, String::new()),
    ] {
        add(status, is_fast, question(post, json, &body));
    }
    for (status, is_fast, headers) in [
        (200, FAST, "content-type:APPLICATION/JSON\r\n"),
        (200, FAST, "Content-Type: application/json; charset=utf-8\r\n"),
        (200, FAST, "Content-Type: application/json ;x\r\nConnection: Keep-Alive\r\n"),
        (200, FAST, "Content-Type: application/json\r\nX-Request-Id: mine\r\n"),
        (200, FAST, "Content-Type: application/json\r\nX-Request-Id: not mine\r\n"),
        (200, FAST, "Content-Type: application/json\r\nAuthorization: Bearer x\r\nCookie: a=b\r\n"),
        (200, FAST, "Content-Type: application/json\r\nAccept: text/html\r\n"),
        (200, SLOW, "Content-Type: application/json\r\nContent-Encoding: identity\r\n"),
        (200, SLOW, "Content-Type: application/json\r\nConnection: close\r\n"),
        (400, SLOW, "Content-Type: application/json\r\nHost: b\r\n"),
        (400, SLOW, "Content-Type: application/json\r\nContent-Length: 3\r\n"),
        (415, SLOW, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"),
        (415, SLOW, "Content-Type: application/json\r\nContent-Type: application/json\r\n"),
        (415, SLOW, "Content-Type: application/jsonp\r\n"),
        (415, SLOW, "Content-Type: text/plain; application/json\r\n"),
        (415, SLOW, ""),
    ] {
        add(status, is_fast, question(post, headers, &body));
    }
    for (status, line) in [
        (405, "GET /verify"),
        (405, "post /verify"),
        (405, "PUT /verify"),
        (404, "POST /verify/"),
        (404, "POST /Verify"),
        (200, "POST /verify?a=b"),
        (200, "POST /%76erify"),
        (200, "POST http://a/verify"),
    ] {
        add(status, SLOW, question(line, json, &body));
    }
    add(200, SLOW, question(post, json, &body).replace("HTTP/1.1", "HTTP/1.0"));
    add(200, SLOW, question(post, json, &body).replace("Content-Length: ", "Content-Length: 0"));
    let padded = format!("{body}{}", " ".repeat(1024));
    add(200, SLOW, question(post, json, &padded));
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let chunks = question(post, &format!("{json}Transfer-Encoding: chunked\r\n"), &chunked);
    add(200, SLOW, chunks.replace(&format!("Content-Length: {}\r\n", chunked.len()), ""));
    requests
}

#[tokio::test]
async fn both_ways_say_the_same_and_each_good_key_counts_once() {
    let app = TestApp::start().await;
    // JSON escapes some of it, and some of it is longer than it looks.
    let CreatedKey { id, secret: key } = app.create_key("\"quoted\" \\ </é/🦀>").await;
    // The first time, neither the key nor its name is in memory.
    let first =
        question("POST /verify", "Content-Type: application/json\r\n", &format!(r#"{{"key":"{key}"}}"#));
    assert!(!response_to(app.internal, &first).await.1);
    let mut good = 1;
    for (status, expected_fast, request) in requests(&key) {
        let (as_it_is, is_fast) = response_to(app.internal, &request).await;
        assert_eq!((as_it_is.status, is_fast), (status, expected_fast), "{request}");
        let (line, rest) = request.split_once("\r\n").unwrap();
        let slow = format!("{line}\r\n{FOR_THE_FRAMEWORK}{rest}");
        let (slow, is_fast) = response_to(app.internal, &slow).await;
        assert!(!is_fast, "{request}");
        assert_eq!(as_it_is, slow, "{request}");
        good += [as_it_is, slow].iter().filter(|response| response.body.contains("true")).count();
    }
    assert!(good > 30, "{good}");
    assert_eq!(app.counted(&id).await, good);
}

#[tokio::test]
async fn a_body_that_comes_after_its_head_is_waited_for_and_keeps_its_place() {
    let app = TestApp::start().await;
    let CreatedKey { id, secret: key } = app.create_key("ci").await;
    let body = format!(r#"{{"key":"{key}"}}"#);
    let one = question("POST /verify", "Content-Type: application/json\r\nX-Request-Id: verify\r\n", &body);
    response_to(app.internal, &one).await;
    let authorize = format!(
        "GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nX-Request-Id: authorize\r\n\r\n"
    );
    let bad = one.replace(&key[9..15], "AAAAAA").replace("verify\r\n", "bad\r\n");
    let last = authorize.replace("Host: a", "Host: a\r\nConnection: close");
    let all = [&one, &authorize, &one, &bad, &one, &last].map(String::as_str).concat();
    for piece in [all.len(), one.len() - body.len(), one.len() - 1, 100, 33] {
        let mut connection = RawConnection::open(app.internal).await;
        for bytes in all.as_bytes().chunks(piece) {
            connection.send(bytes).await;
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let answers = connection.read_to_end().await;
        let ids: Vec<_> = answers.iter().map(|answer| answer.header("x-request-id").unwrap()).collect();
        assert_eq!(
            ids,
            ["verify", "authorize", "verify", "bad", "verify", "authorize"],
            "in pieces of {piece}"
        );
        let bodies: Vec<_> = answers.iter().map(|answer| answer.body.len()).collect();
        assert_eq!([bodies[0], bodies[1], bodies[3]], [bodies[2], 0, r#"{"valid":false}"#.len()]);
    }
    assert_eq!(app.counted(&id).await, 1 + 5 * 5);
}
