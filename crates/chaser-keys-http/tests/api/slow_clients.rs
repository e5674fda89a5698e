//! Clients that stall are let go within ten seconds (which is how long [`RawConnection`] waits), with an
//! answer if they had begun to speak.

use std::net::SocketAddr;
use std::time::Duration;

use crate::support::{RawConnection, TestApp};

const CONTENT_LENGTH: &str = "Content-Length: 100\r\n\r\n{";
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";

/// All at once, because each takes its time.
#[tokio::test]
async fn clients_that_stall_are_let_go_within_ten_seconds() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await.secret;
    let document = "GET /api-docs/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n";
    let authorize = format!("GET /authorize HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {key}\r\n\r\n");
    tokio::join!(
        a_connection_that_says_nothing_is_closed(&app),
        an_unfinished_head_is_408(&app),
        an_unfinished_head_of_a_second_request_is_408(&app),
        a_head_that_drips_is_closed_however_it_drips(&app),
        a_connection_kept_alive_and_not_used_is_closed(&app),
        a_body_that_stalls_is_408(&app, CONTENT_LENGTH),
        a_body_that_stalls_is_408(&app, CHUNKED),
        a_body_that_nobody_reads_cannot_hold_the_connection_either(&app, CONTENT_LENGTH),
        a_body_that_nobody_reads_cannot_hold_the_connection_either(&app, CHUNKED),
        a_client_that_takes_no_answers_is_given_up(app.public, document),
        a_client_that_takes_no_answers_is_given_up(app.internal, &authorize),
    );
}

/// A connection on which one request was answered and which is kept alive.
async fn used_connection(app: &TestApp) -> RawConnection {
    let mut connection = RawConnection::open(app.public).await;
    connection.send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert_eq!(connection.read_answer().await.refusal().0, 404);
    connection
}

async fn expect_408_and_the_end(mut connection: RawConnection) {
    let answers = connection.read_to_end().await;
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0].refusal(), (408, "request_timeout".to_owned()));
}

async fn a_connection_that_says_nothing_is_closed(app: &TestApp) {
    let answers = RawConnection::open(app.public).await.read_to_end().await;
    assert!(answers.iter().all(|answer| answer.refusal().0 == 408), "{answers:?}");
}

async fn an_unfinished_head_is_408(app: &TestApp) {
    let mut connection = RawConnection::open(app.public).await;
    connection.send("GET /v1/usage HT").await;
    expect_408_and_the_end(connection).await;
}

async fn an_unfinished_head_of_a_second_request_is_408(app: &TestApp) {
    let mut connection = used_connection(app).await;
    connection.send("GET /nothing HT").await;
    expect_408_and_the_end(connection).await;
}

async fn a_head_that_drips_is_closed_however_it_drips(app: &TestApp) {
    let mut connection = used_connection(app).await;
    let dripping = async {
        while connection.try_send("G").await {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), dripping).await.expect("it may drip forever");
}

async fn a_connection_kept_alive_and_not_used_is_closed(app: &TestApp) {
    assert!(used_connection(app).await.read_to_end().await.is_empty());
}

async fn a_body_that_stalls_is_408(app: &TestApp, framing: &str) {
    let mut connection = RawConnection::open(app.public).await;
    let head = format!(
        "POST /v1/keys HTTP/1.1\r\nHost: h\r\nCookie: {}\r\nContent-Type: application/json\r\n",
        app.owner.cookie
    );
    connection.send(format!("{head}{framing}")).await;
    expect_408_and_the_end(connection).await;
}

async fn a_body_that_nobody_reads_cannot_hold_the_connection_either(app: &TestApp, framing: &str) {
    let mut connection = RawConnection::open(app.public).await;
    let head = "POST /v1/keys HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    connection.send(format!("{head}{framing}")).await;
    let answers = connection.read_to_end().await;
    assert_eq!(answers[0].refusal().0, 401, "{answers:?}");
}

/// It asks and asks, and reads nothing: neither end's buffers take any more.
async fn a_client_that_takes_no_answers_is_given_up(address: SocketAddr, request: &str) {
    let mut connection = RawConnection::open(address).await;
    let requests = request.repeat(100);
    let asking = async { while connection.try_send(&requests).await {} };
    tokio::time::timeout(Duration::from_secs(20), asking).await.expect("it is still being served");
}
