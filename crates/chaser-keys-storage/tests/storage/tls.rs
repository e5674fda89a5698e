//! TLS to PostgreSQL is verified or refused.

use chaser_keys_storage::{DatabaseUrl, ErrorChain, run_migrations};
use local_postgres::{LocalPostgres, Options};

struct TlsServer {
    _postgres: LocalPostgres,
    port: u16,
    authority: tempfile::NamedTempFile,
}

fn start() -> TlsServer {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = Options::temporary()
        .setting("listen_addresses", "127.0.0.1")
        .setting("port", port.to_string())
        .setting("ssl", "on")
        .file("server.crt", certified.cert.pem())
        .file("server.key", certified.signing_key.serialize_pem())
        .pg_hba_line("hostssl all all 127.0.0.1/32 trust");
    let postgres = LocalPostgres::start(options).unwrap();
    let authority = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), certified.cert.pem()).unwrap();
    TlsServer { _postgres: postgres, port, authority }
}

impl TlsServer {
    fn url(&self, host: &str, options: &str) -> DatabaseUrl {
        format!("postgres://postgres@{host}:{}/postgres?{options}", self.port).parse().unwrap()
    }

    fn trusting(&self, host: &str) -> DatabaseUrl {
        self.url(host, &format!("sslmode=verify-full&sslrootcert={}", self.authority.path().display()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_needs_a_certificate_that_is_trusted_and_fits_the_hosts_name() {
    let server = tokio::task::spawn_blocking(start).await.unwrap();
    run_migrations(&server.trusting("localhost")).await.unwrap();

    let refusal_of = async |url| ErrorChain(&run_migrations(&url).await.unwrap_err()).to_string();
    let untrusted = refusal_of(server.url("localhost", "sslmode=require")).await;
    assert!(untrusted.contains("certificate") || untrusted.contains("authority"), "{untrusted}");
    let other_name = refusal_of(server.trusting("127.0.0.1")).await;
    assert!(other_name.contains("not valid for name"), "{other_name}");
    let plain = refusal_of(server.url("localhost", "sslmode=disable")).await;
    assert!(plain.contains("no encryption") || plain.contains("pg_hba"), "{plain}");
}
