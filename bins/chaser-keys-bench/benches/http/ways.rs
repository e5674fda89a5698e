//! What each way of standing before an API costs: the same API with and without, in turns.
//!
//! Proxy, authority and API share one core, the load has the other: a ratio of requests/s is one of processor time.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use crate::authorize::{compare, describe};
use crate::contender::{Contender, SERVER_CORE, cpu_seconds_of, on_cores};
use crate::keys;
use crate::place::Place;
use crate::wrk::{self, KeyIn, Run};

const KEYS: u32 = 1_000;
const ROUNDS: usize = 7;
const TIME: Duration = Duration::from_secs(2);
const PATH: &str = "/v1/sessions";
/// The configuration that docs/gateways recommends.
const NGINX: &str = include_str!("../../../../docs/gateways/nginx.conf");

/// One way, and whose time it takes.
struct Way<'a> {
    name: &'static str,
    url: String,
    processes: Vec<&'a dyn Fn() -> f64>,
}

pub(crate) async fn measure(place: &Place) {
    place.has_keys(KEYS).await;
    let keys = place.path("keys");
    keys::write(&keys, 0..KEYS);
    let [api, plain, asking] = std::array::from_fn(|_| free_address());
    let upstream = Nginx::start(place, "api", &api_configuration(api), api);
    let url = format!("http://{api}");
    let server = Contender::server_with(place, &[("CHASER_UPSTREAM", &url)]);
    let authority = server.address();
    let proxy = Nginx::start(place, "proxy", &proxy_configuration(api, plain, asking, authority), asking);
    let open = Contender::opponent("a Rust service", &["service"]);
    let guarded = Contender::opponent("a Rust service with RequireKey", &["guarded-service", &place.url]);

    let upstream_cpu = || upstream.cpu_seconds();
    let server_cpu = || server.cpu_seconds();
    let proxy_cpu = || proxy.cpu_seconds();
    let open_cpu = || open.cpu_seconds();
    let guarded_cpu = || guarded.cpu_seconds();
    let at = |address: SocketAddr| format!("http://{address}{PATH}");
    let ways = [
        Way { name: "nginx", url: at(plain), processes: vec![&upstream_cpu, &proxy_cpu] },
        Way {
            name: "nginx asks /authorize",
            url: at(asking),
            processes: vec![&upstream_cpu, &proxy_cpu, &server_cpu],
        },
        Way {
            name: "the pass-through",
            url: at(server.public_address()),
            processes: vec![&upstream_cpu, &server_cpu],
        },
        Way { name: open.name, url: at(open.address()), processes: vec![&open_cpu] },
        Way { name: guarded.name, url: at(guarded.address()), processes: vec![&guarded_cpu] },
    ];
    let mut runs: [Vec<Run>; 5] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..ways.len() {
            let turn = if round % 2 == 0 { turn } else { ways.len() - 1 - turn };
            let Way { name, url, processes } = &ways[turn];
            let cpu = || processes.iter().map(|seconds| seconds()).sum();
            runs[turn].push(wrk::load(name, url, &cpu, (&keys, KeyIn::Header), 1, TIME));
        }
    }
    println!("\nthe ways to stand before an API, {KEYS} keys, 64 kept connections; {ROUNDS} rounds in turns");
    for (way, runs) in ways.iter().zip(&runs) {
        describe(way.name, runs);
    }
    let [plain, asking, passed, open, guarded] = &runs;
    println!("  nginx asks /authorize");
    compare("nginx alone", asking, plain);
    println!("  the pass-through");
    compare("nginx proxy_pass to the same API", passed, plain);
    println!("  RequireKey");
    compare("the same service without it", guarded, open);
}

/// nginx as one process on the servers' core; ended when dropped.
struct Nginx(Child);

impl Nginx {
    fn start(place: &Place, name: &str, configuration: &str, listens_on: SocketAddr) -> Self {
        let file = place.path(&format!("{name}.conf"));
        std::fs::write(&file, configuration).unwrap();
        let mut nginx = on_cores(SERVER_CORE, Path::new("nginx"));
        nginx
            .arg("-p")
            .arg(place.path(""))
            .arg("-c")
            .arg(&file)
            .args(["-g", "daemon off; master_process off;"]);
        let child = nginx.spawn().expect("install nginx");
        while TcpStream::connect(listens_on).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Self(child)
    }

    fn cpu_seconds(&self) -> f64 {
        cpu_seconds_of(&self.0)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn api_configuration(address: SocketAddr) -> String {
    format!(
        "pid api.pid; error_log stderr warn; events {{ worker_connections 1024; }} http {{ access_log off; \
         keepalive_requests 1000000000; server {{ listen {address}; location / {{ return 200 'ok'; }} }} }}"
    )
}

/// The documented file, with a second server that does the same and asks nobody.
fn proxy_configuration(
    api: SocketAddr,
    plain: SocketAddr,
    asking: SocketAddr,
    authority: SocketAddr,
) -> String {
    let plain = format!(
        "keepalive_requests 1000000000; server {{ listen {plain}; location /v1/ {{ proxy_set_header Authorization ''; \
         proxy_set_header Host $host; proxy_set_header X-Request-Id $request_id; proxy_http_version 1.1; \
         proxy_set_header Connection ''; proxy_pass http://api; }} }}"
    );
    let documented = NGINX
        .replace("127.0.0.1:8000", &asking.to_string())
        .replace("127.0.0.1:8081", &authority.to_string())
        .replace("127.0.0.1:9000", &api.to_string());
    let (http, end) = documented.trim_end().rsplit_once('}').unwrap();
    format!("{http}{plain}}}{end}")
}

/// Free a moment ago; nginx cannot be asked to choose one.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
