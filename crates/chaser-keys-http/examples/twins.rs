//! What the benchmarks compare the server with: the same web framework, one thread, and less or something else to do.
//!
//! `twins bare`: a route that answers 200 and looks at nothing: the limit of what any HTTP verifier can do.
//! `twins bare-as-long`: the same with headers as long as the server's: what reading them costs the load generator.
//! `twins tollgate KEYS`: tollgate-auth's HMAC registry with the keys of a file, one a line.
//! `twins select DATABASE_URL`: PostgreSQL is asked for each request, the way most services do it.
//! `twins service`, `twins guarded-service DATABASE_URL`: `/v1/sessions` of a service, open and behind `RequireKey`.
//!
//! Each prints its port on a line and serves until it is killed.
#![expect(clippy::print_stdout, reason = "the benchmark reads the port from there")]

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use chaser_keys::{Pepper, Peppers, PresentedKey};
use chaser_keys_actix::RequireKey;
use chaser_keys_service::SharedVerifier;
use chaser_keys_storage::{Store, StoreOptions, Verifier};
use futures_util::future::try_join_all;
use tokio_postgres::{Client, NoTls, Statement};
use tollgate_auth::{CredentialVerifier, HmacRegistry};
use uuid::Uuid;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The benchmark's pepper, "ZZZ…".
const PEPPER: &[u8; 32] = &[0x5a; 32];
/// Connections to PostgreSQL, each prepared once and never checked again: the kindest pool there is.
const CONNECTIONS: usize = 8;

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["bare"] => serve(|config| config.route("/authorize", web::to(bare))).await,
        ["bare-as-long"] => serve(|config| config.route("/authorize", web::to(bare_as_long))).await,
        ["tollgate", keys] => {
            let registry = HmacRegistry::new(PEPPER);
            registry.install_credentials(std::fs::read_to_string(keys)?.lines());
            let registry = Data::new(registry);
            serve(move |config| config.app_data(registry.clone()).route("/authorize", web::to(tollgate)))
                .await
        }
        ["select", url] => {
            let pool = Data::new(Pool::connect(url).await?);
            serve(move |config| config.app_data(pool.clone()).route("/authorize", web::to(select))).await
        }
        ["service"] => serve(|config| config.route("/v1/sessions", web::get().to(sessions))).await,
        ["guarded-service", url] => {
            let guard = RequireKey::new(SharedVerifier::new(verifier(url).await?));
            serve(move |config| {
                let guarded = web::scope("/v1").wrap(guard.clone()).route("/sessions", web::get().to(sessions));
                config.service(guarded)
            })
            .await
        }
        _ => Err("twins bare | bare-as-long | tollgate KEYS | select DATABASE_URL | service | guarded-service DATABASE_URL"
            .into()),
    }
}

/// On one thread, on a free port.
async fn serve<F>(configure: F) -> Result<(), Failure>
where
    F: Fn(&mut ServiceConfig) -> &mut ServiceConfig + Clone + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    let application = move || {
        let configure = configure.clone();
        App::new().configure(move |config| _ = configure(config))
    };
    Ok(HttpServer::new(application).workers(1).tcp_nodelay(true).listen(listener)?.run().await?)
}

async fn bare() -> HttpResponse {
    HttpResponse::Ok().finish()
}

async fn bare_as_long() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .insert_header(("x-chaser-key-id", "00000000-0000-0000-0000-000000000000"))
        .insert_header(("x-chaser-workspace-id", "00000000-0000-0000-0000-000000000000"))
        .insert_header(("x-chaser-mode", "live"))
        .insert_header(("x-request-id", "00000000-0000-0000-0000-000000000000"))
        .finish()
}

async fn sessions() -> &'static str {
    "ok"
}

/// Of a node that goes on in the background.
async fn verifier(url: &str) -> Result<Verifier, Failure> {
    let store = Store::connect(&url.parse()?, peppers()?, StoreOptions::default()).await?;
    let node = store.clone();
    tokio::spawn(async move { node.run_background(std::future::pending()).await });
    store.until_ready().await;
    Ok(store.verifier())
}

fn peppers() -> Result<Peppers, Failure> {
    Ok(Peppers::new(Pepper::new("p1".parse()?, PEPPER), Vec::new())?)
}

async fn tollgate(request: HttpRequest, registry: Data<HmacRegistry>) -> HttpResponse {
    match bearer(&request).and_then(|key| registry.verify(key)) {
        Some(_) => HttpResponse::Ok().finish(),
        None => HttpResponse::Unauthorized().finish(),
    }
}

async fn select(request: HttpRequest, pool: Data<Pool>) -> HttpResponse {
    match pool.find(bearer(&request)).await {
        Ok(true) => HttpResponse::Ok().finish(),
        Ok(false) => HttpResponse::Unauthorized().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

fn bearer(request: &HttpRequest) -> Option<&[u8]> {
    request.headers().get(AUTHORIZATION)?.as_bytes().strip_prefix(b"Bearer ")
}

/// Connections in turn.
struct Pool {
    peppers: Peppers,
    connections: Vec<(Client, Statement)>,
    next: AtomicUsize,
}

impl Pool {
    async fn connect(url: &str) -> Result<Self, Failure> {
        let connections = try_join_all((0..CONNECTIONS).map(|_| connect(url))).await?;
        Ok(Self { peppers: peppers()?, connections, next: AtomicUsize::new(0) })
    }

    async fn find(&self, presented: Option<&[u8]>) -> Result<bool, Failure> {
        let Some(key) = presented.and_then(|bytes| PresentedKey::parse(bytes).ok()) else { return Ok(false) };
        let digest = self.peppers.current().digest(key);
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let (client, statement) = &self.connections[turn];
        let row = client.query_opt(statement, &[&digest.as_bytes().as_slice()]).await?;
        Ok(row.is_some_and(|row| !row.get::<_, Uuid>("workspace_id").is_nil()))
    }
}

async fn connect(url: &str) -> Result<(Client, Statement), Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let statement = client
        .prepare(
            "select id, workspace_id, mode from api_keys
             where digest = $1 and (revoked_at is null or revoked_at > clock_timestamp())",
        )
        .await?;
    Ok((client, statement))
}
