#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "the benchmark reads the port from there")]

mod bare;
mod select;
mod service;
mod tollgate;

use std::net::TcpListener;

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpRequest, HttpServer};
use chaser_keys::{Pepper, Peppers};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The benchmark's pepper, "ZZZ…".
const PEPPER: &[u8; 32] = &[0x5a; 32];

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["bare"] => serve(bare::routes).await,
        ["bare-as-long"] => serve(bare::routes_as_long).await,
        ["tollgate", keys] => serve(tollgate::routes(keys)?).await,
        ["select", url] => serve(select::routes(url).await?).await,
        ["service"] => serve(service::routes).await,
        ["guarded-service", url] => serve(service::guarded_routes(url).await?).await,
        _ => Err("opponents bare | bare-as-long | tollgate KEYS | select DATABASE_URL | service | guarded-service DATABASE_URL"
            .into()),
    }
}

/// On one thread, on a free port.
async fn serve<F>(configure: F) -> Result<(), Failure>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    let application = move || App::new().configure(configure.clone());
    Ok(HttpServer::new(application).workers(1).tcp_nodelay(true).listen(listener)?.run().await?)
}

fn peppers() -> Result<Peppers, Failure> {
    Ok(Peppers::new(Pepper::new("p1".parse()?, PEPPER), Vec::new())?)
}

fn bearer(request: &HttpRequest) -> Option<&[u8]> {
    request.headers().get(AUTHORIZATION)?.as_bytes().strip_prefix(b"Bearer ")
}
