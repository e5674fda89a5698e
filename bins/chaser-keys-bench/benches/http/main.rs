//! The server beside what stands where it stands: `just bench`.
//!
//! The server runs as in production (its release build, all its features on, a durable PostgreSQL), alone on one core;
//! the load comes from another. Whatever it is compared with runs in turns with it on the same core. Only ratios
//! carry over to another machine, so every figure has its counterpart from the same run beside it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, and fails by panicking"
)]

mod authorize;
mod contender;
mod cpu;
mod flush;
mod keys;
mod list;
#[path = "../pgbench.rs"]
mod pgbench;
mod place;
mod ratios;
mod scale;
mod sign_ins;
mod start;
mod steady;
mod unknown;
mod ways;
mod writes;
mod wrk;

const PARTS: [&str; 10] =
    ["authorize", "cpu", "ways", "unknown", "sign-ins", "flush", "list", "start", "writes", "scale"];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // `cargo bench … -- authorize`: only that one. cargo itself adds `--bench`.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_named = |name: &str| named.iter().any(|wanted| wanted == name);
    let is_wanted = |name: &str| named.is_empty() || is_named(name);
    if !named.is_empty() && !PARTS.iter().any(|part| is_named(part)) {
        return;
    }
    contender::build_server();
    wrk::install();
    let place = place::Place::start().await;
    place.describe();
    if is_wanted("authorize") {
        authorize::measure(&place).await;
    }
    if is_wanted("cpu") {
        cpu::measure(&place).await;
    }
    if is_wanted("ways") {
        ways::measure(&place).await;
    }
    if is_wanted("unknown") {
        unknown::measure(&place).await;
    }
    if is_wanted("sign-ins") {
        sign_ins::measure(&place).await;
    }
    if is_wanted("flush") {
        flush::measure(&place).await;
    }
    if is_wanted("list") {
        list::measure(&place).await;
    }
    if is_wanted("start") {
        start::measure(&place).await;
    }
    if is_wanted("writes") {
        writes::measure(&place).await;
    }
    // Ten million keys take minutes and 5 GB of disk.
    if is_named("scale") {
        scale::measure(&place).await;
    }
}
