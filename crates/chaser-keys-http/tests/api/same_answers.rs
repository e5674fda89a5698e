//! `/authorize` has the same response, whether the fast path or the framework answers it.

use std::net::SocketAddr;

use crate::support::{CreatedKey, RawAnswer, RawConnection, TestApp};

/// Makes a request one that only the framework answers, and changes nothing else about it.
const FOR_THE_FRAMEWORK: &str = "Upgrade: nothing/1\r\n";
/// The headers that a proxy may act on.
const HEADERS: [&str; 7] = [
    "x-chaser-key-id",
    "x-chaser-workspace-id",
    "x-chaser-mode",
    "www-authenticate",
    "cache-control",
    "retry-after",
    "connection",
];

/// A response, as far as it matters.
#[derive(Debug, Eq, PartialEq)]
struct Response {
    status: u16,
    headers: [Option<String>; HEADERS.len()],
    /// None: an id of the server's own.
    request_id: Option<String>,
    body: String,
}

async fn response(address: SocketAddr, request: &str) -> (Response, bool) {
    let mut connection = RawConnection::open(address).await;
    connection.send(request).await;
    let answer = connection.read_answer().await;
    let id = answer.header("x-request-id").unwrap_or_else(|| panic!("{request:.300}: {answer:?}"));
    let is_theirs = request.lines().any(|line| line.trim_ascii_end().ends_with(id));
    let response = Response {
        status: answer.status,
        headers: HEADERS.map(|name| answer.header(name).map(ToOwned::to_owned)),
        request_id: is_theirs.then(|| id.to_owned()),
        body: answer.body.clone(),
    };
    (response, is_fast(&answer))
}

/// Only the framework's responses have the headers that browsers read.
fn is_fast(answer: &RawAnswer) -> bool {
    answer.header("x-content-type-options").is_none()
}

fn for_the_framework(request: &str) -> String {
    let begin = request.len() - request.trim_start_matches(['\r', '\n']).len();
    let (line, rest) = request.split_at(begin + request[begin..].find('\n').unwrap() + 1);
    format!("{line}{FOR_THE_FRAMEWORK}{rest}")
}

/// Statuses, whether the fast path answers, and the requests of which that is true.
type Rows = [(u16, bool, &'static [&'static str])];
const FAST: bool = true;
const SLOW: bool = false;

/// The beginning of a request with a good key.
const LINES: &Rows = &[
    (400, SLOW, &["A$B /authorize", "A%B /authorize", "A'B /authorize", "A&B /authorize", "A#B /authorize"]),
    (400, SLOW, &["A(B /authorize", "É /authorize", " GET /authorize", "\rGET /authorize"]),
    (400, SLOW, &["GET  /authorize"]),
    (200, FAST, &["GET /authorize", "HEAD /authorize", "POST /authorize", "PUT /authorize"]),
    (200, FAST, &["get /authorize"]),
    (200, FAST, &["OPTIONS /authorize", "M-SEARCH /authorize", "\r\nGET /authorize"]),
    (200, FAST, &["\n\r\nGET /authorize"]),
    (200, SLOW, &["!*+.^_`|~ /authorize", "A_B /authorize", "GET /%61uthorize", "GET http://a/authorize"]),
    (200, FAST, &["GET /authorize/", "GET /authorize?a=b", "GET /authorize/v1/sessions?a=b&c=/d?"]),
    (200, FAST, &["GET /authorize//x", "GET /authorize/../healthz", "GET /authorize/;a:@!$&'()*+,;=-._~?/"]),
    (200, SLOW, &["GET /authorize/%2e%2e", "GET /authorize/%zz", "GET /authorize/a%2fb"]),
    (200, SLOW, &["GET /authorize?a={b}"]),
    (200, SLOW, &["GET /authorize#x", "GET /authorize/x#y", "GET /authorize/\"[{a}]|b\\c^"]),
    (200, SLOW, &["GET /authorize/cha_x"]),
    (400, SLOW, &["GET /authorize/<", "GET /authorize/>", "GET /authorize/a`", "GET /authorize?<"]),
    (400, SLOW, &["GET /authorize?\""]),
    (400, SLOW, &["GET /authorize/é", "GET /authorize?é", "GET /authorize/\u{7f}", "GET /authorize/\t"]),
    (400, SLOW, &["GET"]),
    (400, SLOW, &["GET /authorize/KEY", "GET /authorize?a=KEY"]),
    (400, SLOW, &["GET /authorize?a=%63ha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ"]),
    (404, SLOW, &["GET //authorize", "GET /authorized", "GET /Authorize", "GET /x/../authorize", "GET *"]),
    (200, SLOW, &["GET /healthz"]),
];

/// Headers of a request that has `Host` beside them.
const CREDENTIALS: &Rows = &[
    (200, FAST, &["Authorization: Bearer KEY", "Authorization:bearer KEY"]),
    (200, FAST, &["Authorization:\t BEARER    KEY"]),
    (200, FAST, &["authorization:Bearer KEY \t", "AUTHORIZATION: Bearer \tKEY"]),
    (200, FAST, &["Authorization: Bearer KEY\r\nCookie: a=b"]),
    (401, SLOW, &["Authorization: Bearer\tKEY", "Authorization: BearerKEY", "Authorization: Basic KEY"]),
    (401, SLOW, &["Authorization: KEY"]),
    (401, SLOW, &["Authorization: Bearer x KEY", "Authorization: Bearer éKEY", "Authorization: Bearer KEYx"]),
    (401, SLOW, &["Authorization: Bearer KEY, KEY"]),
    (401, SLOW, &["Authorization: Bearer cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ"]),
    (401, SLOW, &["Authorization: Bearer cha_live_UDA2HG67"]),
    (401, SLOW, &["Authorization: Bearer", "Authorization:", "X-Authorization: Bearer KEY"]),
    (401, SLOW, &["Cookie: chaser_session=x"]),
    (400, SLOW, &["Authorization: Bearer KEY\r\nAuthorization: Bearer KEY"]),
    (400, SLOW, &["Authorization: Basic x\r\nauthorization: Bearer KEY"]),
];

/// Headers of a request with a good key, and what comes after them.
const MORE: &Rows = &[
    (400, SLOW, &["Content-Length: 0\r\nContent-Length: 0", "Content-Length: +0", "Content-Length: -0"]),
    (400, SLOW, &["Content-Length: 0, 0"]),
    (400, SLOW, &["Content-Length:", "Transfer-Encoding: chunked\r\nContent-Length: 0"]),
    (400, SLOW, &["Transfer-Encoding: gzip"]),
    (200, FAST, &["Content-Length: 0", "content-length:0 ", "TE: trailers", "Trailer: x", "Keep-Alive: 5"]),
    (200, SLOW, &["Content-Length: 00", "Content-Length: 3\r\n\r\nabc"]),
    (200, SLOW, &["Transfer-Encoding: chunked\r\n\r\n0\r\n", "Expect: x"]),
    (200, FAST, &["Connection: keep-alive", "connection:\tKeep-Alive ", "CONNECTION: KEEP-ALIVE"]),
    (200, SLOW, &["Connection: close", "Connection: keep-alive, close", "Connection: Authorization"]),
    (200, SLOW, &["Connection: keep-alive\r\nConnection: keep-alive", "Connection:"]),
    (200, SLOW, &["Upgrade: h2c"]),
    (400, SLOW, &["Host: a", "Host:", " folded", "\tfolded", "X : y", "X", ": y", "X: \0", "X\0: y"]),
    (400, SLOW, &["X: a\rb", "X: \u{7f}"]),
    (200, FAST, &["X:", "X: a\tb", "X: é", "X:y\nZ: ", "X_Y: z", "!#$%&'*+-.^_`|~: x"]),
    (200, FAST, &["X-Request-Id: mine", "x-request-id:Mine-1_2.3", "X-Request-Id: \t padded\t"]),
    (200, FAST, &["X-Request-Id:"]),
    (200, FAST, &["X-Request-Id: a b", "X-Request-Id: é", "X-Request-Id: a\"b", "X-Request-Id: KEY"]),
    (200, FAST, &["X-Request-Id: xKEY"]),
    (200, SLOW, &["X-Request-Id: first\r\nX-Request-Id: second"]),
    (200, SLOW, &["X-Request-Id: a b\r\nX-Request-Id: second"]),
];

fn requests(key: &str) -> Vec<(u16, bool, String)> {
    let plain = "GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\n\r\n".to_owned();
    let with = |headers: String| plain.replace("\r\n\r\n", &format!("\r\n{headers}\r\n\r\n"));
    let rows = |rows: &'static Rows| {
        rows.iter().flat_map(|(status, is_fast, texts)| texts.iter().map(|text| (*status, *is_fast, *text)))
    };
    let mut requests = vec![
        (200, SLOW, plain.replace("HTTP/1.1", "HTTP/1.0")),
        (400, SLOW, plain.replace("HTTP/1.1", "HTTP/1.2")),
        (400, SLOW, plain.replace("Host: a\r\n", "")),
        (200, FAST, plain.replace("Host: a", "hOST:")),
        (200, FAST, plain.replace("\r\n", "\n")),
        (200, FAST, with(["X: y"; 60].join("\r\n"))),
        (200, SLOW, with(["X: y"; 70].join("\r\n"))),
        (431, SLOW, with(["X: y"; 100].join("\r\n"))),
        (200, FAST, with(format!("X-Request-Id: {}", "x".repeat(64)))),
        (200, FAST, with(format!("X-Request-Id: {}", "x".repeat(65)))),
        (200, FAST, with(format!("X: {}", "x".repeat(10 * 1024)))),
        (200, SLOW, with(format!("X: {}", "x".repeat(100 * 1024)))),
        (431, SLOW, with(format!("X: {}", "x".repeat(200 * 1024)))),
    ];
    requests.extend(
        rows(LINES).map(|(status, is_fast, line)| (status, is_fast, plain.replace("GET /authorize", line))),
    );
    requests.extend(rows(CREDENTIALS).map(|(status, is_fast, headers)| {
        (status, is_fast, plain.replace("Authorization: Bearer KEY", headers))
    }));
    requests.extend(rows(MORE).map(|(status, is_fast, more)| (status, is_fast, with(more.to_owned()))));
    for (_, _, request) in &mut requests {
        *request = request.replace("KEY", key);
    }
    requests
}

#[tokio::test]
async fn both_ways_say_the_same_and_each_good_request_counts_once() {
    let app = TestApp::start().await;
    let CreatedKey { id, secret: key } = app.create_key("ci").await;
    // The first time, the server may not have heard of the key yet.
    response(app.internal, &requests(&key)[3].2).await;
    let mut good = 1;
    for (status, expected_fast, request) in requests(&key) {
        let (as_it_is, is_fast) = response(app.internal, &request).await;
        let shown = request.get(..300).unwrap_or(&request);
        assert_eq!(as_it_is.status, status, "{shown}");
        assert_eq!(is_fast, expected_fast, "{shown}");
        let (slow, is_fast) = response(app.internal, &for_the_framework(&request)).await;
        assert!(!is_fast, "{shown}");
        assert_eq!(as_it_is, slow, "{shown}");
        good += [as_it_is, slow].iter().filter(|response| response.headers[0].is_some()).count();
    }
    assert!(good > 100);
    assert_eq!(app.counted(&id).await, good);
}
