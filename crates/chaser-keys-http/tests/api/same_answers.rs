//! The same request has the same answer, whether it is answered straight from the connection's bytes or by the
//! framework.

use std::net::SocketAddr;

use crate::support::{CreatedKey, RawAnswer, RawConnection, TestApp};

/// Says nothing to the framework, and is reason enough to leave the request to it.
const THE_LONG_WAY: &str = "Upgrade: nothing/1\r\n";
/// Everything that a proxy could act on.
const TOLD: [&str; 7] = [
    "x-chaser-key-id",
    "x-chaser-workspace-id",
    "x-chaser-mode",
    "www-authenticate",
    "cache-control",
    "retry-after",
    "connection",
];

/// What an answer says.
#[derive(Debug, Eq, PartialEq)]
struct Told {
    status: u16,
    headers: [Option<String>; TOLD.len()],
    /// None: one of the server's.
    request_id: Option<String>,
    body: String,
}

async fn told(address: SocketAddr, request: &str) -> (Told, bool) {
    let mut connection = RawConnection::open(address).await;
    connection.send(request).await;
    let answer = connection.read_answer().await;
    let id = answer.header("x-request-id").unwrap_or_else(|| panic!("{request:.300}: {answer:?}"));
    let is_theirs = request.lines().any(|line| line.trim_ascii_end().ends_with(id));
    let told = Told {
        status: answer.status,
        headers: TOLD.map(|name| answer.header(name).map(ToOwned::to_owned)),
        request_id: is_theirs.then(|| id.to_owned()),
        body: answer.body.clone(),
    };
    (told, is_short(&answer))
}

/// Only the framework's answers have the headers that browsers read.
fn is_short(answer: &RawAnswer) -> bool {
    answer.header("x-content-type-options").is_none()
}

fn the_long_way(request: &str) -> String {
    let begin = request.len() - request.trim_start_matches(['\r', '\n']).len();
    let (line, rest) = request.split_at(begin + request[begin..].find('\n').unwrap() + 1);
    format!("{line}{THE_LONG_WAY}{rest}")
}

/// What is answered to each of some requests, and whether without the framework.
type Rows = [(u16, bool, &'static [&'static str])];
const SHORT: bool = true;
const LONG: bool = false;

/// The beginning of a request with a good key.
const LINES: &Rows = &[
    (400, LONG, &["A$B /authorize", "A%B /authorize", "A'B /authorize", "A&B /authorize", "A#B /authorize"]),
    (400, LONG, &["A(B /authorize", "É /authorize", " GET /authorize", "\rGET /authorize"]),
    (400, LONG, &["GET  /authorize"]),
    (200, SHORT, &["GET /authorize", "HEAD /authorize", "POST /authorize", "PUT /authorize"]),
    (200, SHORT, &["get /authorize"]),
    (200, SHORT, &["OPTIONS /authorize", "M-SEARCH /authorize", "\r\nGET /authorize"]),
    (200, SHORT, &["\n\r\nGET /authorize"]),
    (200, LONG, &["!*+.^_`|~ /authorize", "A_B /authorize", "GET /%61uthorize", "GET http://a/authorize"]),
    (200, SHORT, &["GET /authorize/", "GET /authorize?a=b", "GET /authorize/v1/sessions?a=b&c=/d?"]),
    (200, SHORT, &["GET /authorize//x", "GET /authorize/../healthz", "GET /authorize/;a:@!$&'()*+,;=-._~?/"]),
    (200, LONG, &["GET /authorize/%2e%2e", "GET /authorize/%zz", "GET /authorize/a%2fb"]),
    (200, LONG, &["GET /authorize?a={b}"]),
    (200, LONG, &["GET /authorize#x", "GET /authorize/x#y", "GET /authorize/\"[{a}]|b\\c^"]),
    (200, LONG, &["GET /authorize/cha_x"]),
    (400, LONG, &["GET /authorize/<", "GET /authorize/>", "GET /authorize/a`", "GET /authorize?<"]),
    (400, LONG, &["GET /authorize?\""]),
    (400, LONG, &["GET /authorize/é", "GET /authorize?é", "GET /authorize/\u{7f}", "GET /authorize/\t"]),
    (400, LONG, &["GET"]),
    (400, LONG, &["GET /authorize/KEY", "GET /authorize?a=KEY"]),
    (400, LONG, &["GET /authorize?a=%63ha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ"]),
    (404, LONG, &["GET //authorize", "GET /authorized", "GET /Authorize", "GET /x/../authorize", "GET *"]),
    (200, LONG, &["GET /healthz"]),
];

/// Headers of a request that has `Host` beside them.
const CREDENTIALS: &Rows = &[
    (200, SHORT, &["Authorization: Bearer KEY", "Authorization:bearer KEY"]),
    (200, SHORT, &["Authorization:\t BEARER    KEY"]),
    (200, SHORT, &["authorization:Bearer KEY \t", "AUTHORIZATION: Bearer \tKEY"]),
    (200, SHORT, &["Authorization: Bearer KEY\r\nCookie: a=b"]),
    (401, LONG, &["Authorization: Bearer\tKEY", "Authorization: BearerKEY", "Authorization: Basic KEY"]),
    (401, LONG, &["Authorization: KEY"]),
    (401, LONG, &["Authorization: Bearer x KEY", "Authorization: Bearer éKEY", "Authorization: Bearer KEYx"]),
    (401, LONG, &["Authorization: Bearer KEY, KEY"]),
    (401, LONG, &["Authorization: Bearer cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ"]),
    (401, LONG, &["Authorization: Bearer cha_live_UDA2HG67"]),
    (401, LONG, &["Authorization: Bearer", "Authorization:", "X-Authorization: Bearer KEY"]),
    (401, LONG, &["Cookie: chaser_session=x"]),
    (400, LONG, &["Authorization: Bearer KEY\r\nAuthorization: Bearer KEY"]),
    (400, LONG, &["Authorization: Basic x\r\nauthorization: Bearer KEY"]),
];

/// Headers of a request with a good key, and what comes after them.
const MORE: &Rows = &[
    (400, LONG, &["Content-Length: 0\r\nContent-Length: 0", "Content-Length: +0", "Content-Length: -0"]),
    (400, LONG, &["Content-Length: 0, 0"]),
    (400, LONG, &["Content-Length:", "Transfer-Encoding: chunked\r\nContent-Length: 0"]),
    (400, LONG, &["Transfer-Encoding: gzip"]),
    (200, SHORT, &["Content-Length: 0", "content-length:0 ", "TE: trailers", "Trailer: x", "Keep-Alive: 5"]),
    (200, LONG, &["Content-Length: 00", "Content-Length: 3\r\n\r\nabc"]),
    (200, LONG, &["Transfer-Encoding: chunked\r\n\r\n0\r\n", "Expect: x"]),
    (200, SHORT, &["Connection: keep-alive", "connection:\tKeep-Alive ", "CONNECTION: KEEP-ALIVE"]),
    (200, LONG, &["Connection: close", "Connection: keep-alive, close", "Connection: Authorization"]),
    (200, LONG, &["Connection: keep-alive\r\nConnection: keep-alive", "Connection:"]),
    (200, LONG, &["Upgrade: h2c"]),
    (400, LONG, &["Host: a", "Host:", " folded", "\tfolded", "X : y", "X", ": y", "X: \0", "X\0: y"]),
    (400, LONG, &["X: a\rb", "X: \u{7f}"]),
    (200, SHORT, &["X:", "X: a\tb", "X: é", "X:y\nZ: ", "X_Y: z", "!#$%&'*+-.^_`|~: x"]),
    (200, SHORT, &["X-Request-Id: mine", "x-request-id:Mine-1_2.3", "X-Request-Id: \t padded\t"]),
    (200, SHORT, &["X-Request-Id:"]),
    (200, SHORT, &["X-Request-Id: a b", "X-Request-Id: é", "X-Request-Id: a\"b", "X-Request-Id: KEY"]),
    (200, SHORT, &["X-Request-Id: xKEY"]),
    (200, LONG, &["X-Request-Id: first\r\nX-Request-Id: second"]),
    (200, LONG, &["X-Request-Id: a b\r\nX-Request-Id: second"]),
];

fn requests(key: &str) -> Vec<(u16, bool, String)> {
    let plain = "GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\n\r\n".to_owned();
    let with = |headers: String| plain.replace("\r\n\r\n", &format!("\r\n{headers}\r\n\r\n"));
    let rows = |rows: &'static Rows| {
        rows.iter().flat_map(|(status, is_short, texts)| texts.iter().map(|text| (*status, *is_short, *text)))
    };
    let mut requests = vec![
        (200, LONG, plain.replace("HTTP/1.1", "HTTP/1.0")),
        (400, LONG, plain.replace("HTTP/1.1", "HTTP/1.2")),
        (400, LONG, plain.replace("Host: a\r\n", "")),
        (200, SHORT, plain.replace("Host: a", "hOST:")),
        (200, SHORT, plain.replace("\r\n", "\n")),
        (200, SHORT, with(["X: y"; 60].join("\r\n"))),
        (200, LONG, with(["X: y"; 70].join("\r\n"))),
        (431, LONG, with(["X: y"; 100].join("\r\n"))),
        (200, SHORT, with(format!("X-Request-Id: {}", "x".repeat(64)))),
        (200, SHORT, with(format!("X-Request-Id: {}", "x".repeat(65)))),
        (200, SHORT, with(format!("X: {}", "x".repeat(10 * 1024)))),
        (200, LONG, with(format!("X: {}", "x".repeat(100 * 1024)))),
        (431, LONG, with(format!("X: {}", "x".repeat(200 * 1024)))),
    ];
    requests.extend(
        rows(LINES).map(|(status, is_short, line)| (status, is_short, plain.replace("GET /authorize", line))),
    );
    requests.extend(rows(CREDENTIALS).map(|(status, is_short, headers)| {
        (status, is_short, plain.replace("Authorization: Bearer KEY", headers))
    }));
    requests.extend(rows(MORE).map(|(status, is_short, more)| (status, is_short, with(more.to_owned()))));
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
    told(app.internal, &requests(&key)[3].2).await;
    let mut good = 1;
    for (status, expected_short, request) in requests(&key) {
        let (as_it_is, short) = told(app.internal, &request).await;
        let shown = request.get(..300).unwrap_or(&request);
        assert_eq!(as_it_is.status, status, "{shown}");
        assert_eq!(short, expected_short, "{shown}");
        let (longer, short) = told(app.internal, &the_long_way(&request)).await;
        assert!(!short, "{shown}");
        assert_eq!(as_it_is, longer, "{shown}");
        good += [as_it_is, longer].iter().filter(|told| told.headers[0].is_some()).count();
    }
    assert!(good > 100);
    assert_eq!(app.counted(&id).await, good);
}
