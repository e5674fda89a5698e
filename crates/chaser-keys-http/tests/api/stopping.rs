//! Stopping: nothing in flight is dropped, nothing idle is waited for.

use std::time::{Duration, Instant};

use crate::support::{RawConnection, TestApp};

#[tokio::test]
async fn requests_in_flight_are_finished_and_idle_connections_are_not_waited_for() {
    let mut app = TestApp::start().await;
    let mut idle = RawConnection::open(app.public).await;
    idle.send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert_eq!(idle.read_answer().await.refusal().0, 404);

    // Half a body: the request is being served when the server is told to stop.
    let mut in_flight = RawConnection::open(app.public).await;
    let head = format!(
        "POST /v1/keys HTTP/1.1\r\nHost: h\r\nCookie: {}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n",
        app.owner.cookie
    );
    in_flight.send(format!("{head}Content-Length: 13\r\n\r\n{{\"name\"")).await;
    assert_eq!(in_flight.read_answer().await.status, 100);

    let begun = Instant::now();
    let stopping = app.tell_to_stop();
    assert!(idle.read_to_end().await.is_empty());
    in_flight.send(":\"ci\"}").await;
    let answer = in_flight.read_answer().await;
    assert_eq!(answer.status, 201, "{answer:?}");
    stopping.await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn whoever_asks_for_authorization_meanwhile_is_answered_and_then_told_to_go() {
    let mut app = TestApp::start().await;
    let key = app.create_key("ci").await.secret;
    let unknown = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
    let clients = [key.as_str(), &key, &key, unknown, "malformed"].map(|secret| {
        let request = format!("GET /authorize HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {secret}\r\n\r\n");
        let internal = app.internal;
        tokio::spawn(async move {
            let mut connection = RawConnection::open(internal).await;
            for answered in 0.. {
                connection.send(&request).await;
                if connection.read_answer().await.header("connection") == Some("close") {
                    return answered;
                }
            }
            0
        })
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stopping = app.tell_to_stop();
    for client in clients {
        assert!(client.await.unwrap() > 1);
    }
    stopping.await.unwrap().unwrap();
}
