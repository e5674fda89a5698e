//! What a node does and what it costs, on a real PostgreSQL that keeps what it confirms: `just bench`.
//!
//! Every figure stands beside what it is compared with, measured in turns in the same run: these are ratios, and
//! only they carry over to another machine.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

mod flood;
mod keys;
mod load;
#[path = "../pgbench.rs"]
mod pgbench;
mod place;
mod revoke;
mod summary;
mod verify;
mod writes;

const PARTS: [&str; 5] = ["revoke", "writes", "flood", "verify", "load"];

#[tokio::main]
async fn main() {
    // `cargo bench … -- revoke`: only that one. cargo itself adds `--bench`.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|wanted| wanted == name);
    if !PARTS.iter().any(|part| is_wanted(part)) {
        return;
    }
    let place = place::Place::start().await;
    if is_wanted("revoke") {
        revoke::measure(&place).await;
    }
    if is_wanted("writes") {
        writes::rotate(&place).await;
        writes::revoke(&place).await;
    }
    if is_wanted("flood") {
        flood::measure(&place).await;
    }
    if is_wanted("verify") {
        verify::measure(&place).await;
    }
    if is_wanted("load") {
        load::measure(&place).await;
    }
}
