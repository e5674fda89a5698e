//! Settings as a running server uses them.

use crate::database;
use crate::http::{EMAIL, PASSWORD, client, create_user, is_ready, post_sign_in};
use crate::running_server::RunningServer;

#[tokio::test]
async fn a_blank_variable_counts_as_none() {
    let database = database::migrated().await;
    let blank = [("CHASER_PEPPERS_FILE", ""), ("CHASER_TRUSTED_PROXIES", " "), ("CHASER_LOG", "")];
    let server = RunningServer::start_with(database.url(), &blank).await;
    assert!(is_ready(&server).await);
    server.stop().await;
}

#[tokio::test]
async fn cookies_are_secure_behind_https_and_not_on_plain_loopback() {
    let database = database::migrated().await;
    create_user(database.url()).await;
    for (settings, secure) in [(&[][..], false), (&[("CHASER_PUBLIC_URL", "https://keys.example.com")], true)]
    {
        let server = RunningServer::start_with(database.url(), settings).await;
        let response = post_sign_in(&client(), &server.url, EMAIL, PASSWORD).await;
        let mut cookies =
            response.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let session = cookies.find(|cookie| cookie.starts_with("chaser_session=")).unwrap();
        assert_eq!(session.contains("Secure"), secure, "{settings:?}");
        server.stop().await;
    }
}

#[tokio::test]
async fn an_internal_listener_beyond_loopback_is_warned_of() {
    let database = database::migrated().await;
    let open = [("CHASER_INTERNAL_BIND", "0.0.0.0:0")];
    let log = RunningServer::start_with(database.url(), &open).await.stop().await;
    assert!(log.contains("CHASER_INTERNAL_BIND is not a loopback address"), "{log}");
}

#[tokio::test]
async fn a_proxy_that_is_not_named_is_warned_of() {
    let database = database::migrated().await;
    let behind_tls = ("CHASER_PUBLIC_URL", "https://keys.example.com");
    for (settings, warned) in [
        (&[behind_tls][..], true),
        (&[behind_tls, ("CHASER_TRUSTED_PROXIES", "127.0.0.1")], false),
        (&[], false),
    ] {
        let log = RunningServer::start_with(database.url(), settings).await.stop().await;
        assert_eq!(log.contains("CHASER_TRUSTED_PROXIES is not set"), warned, "{log}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_server_leaves_no_core_dump() {
    let database = database::migrated().await;
    let server = RunningServer::start(database.url()).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
