//! Load from wrk, on a core of its own: as many connections as a busy proxy has, each sending as soon as it may.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::contender::{Contender, LOAD_CORE, ended_childrens_cpu_seconds, on_cores};

const CONNECTIONS: usize = 64;

/// Prepares the requests before the start, so that as little as possible is done for each.
const SCRIPT: &str = r#"
local requests, turn = {}, 0
local function request_with(key, place)
    if place == "body" then
        local headers = { Host = "auth", ["Content-Type"] = "application/json" }
        return wrk.format("POST", nil, headers, string.format('{"key":"%s"}', key))
    end
    return wrk.format("GET", nil, { Host = "auth", Authorization = "Bearer " .. key })
end
function init(arguments)
    local depth, group = tonumber(arguments[2]), {}
    for key in io.lines(arguments[1]) do
        group[#group + 1] = request_with(key, arguments[3])
        if #group == depth then
            requests[#requests + 1] = table.concat(group)
            group = {}
        end
    end
end
function request()
    turn = turn % #requests + 1
    return requests[turn]
end
function done(summary, latency)
    local errors = summary.errors
    print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
"#;

/// Where a request has its key.
#[derive(Clone, Copy)]
pub(crate) enum KeyIn {
    /// `GET` with `Authorization: Bearer`.
    Header,
    /// `POST` with a JSON object.
    Body,
}

/// What one run showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) per_second: f64,
    /// Of the server's core, 0 to 1.
    pub(crate) server_busy: f64,
    /// Of the load's core, 0 to 1.
    pub(crate) load_busy: f64,
    pub(crate) cpu_microseconds: f64,
    pub(crate) latency: Option<Latency>,
}

/// Of one request after another, in microseconds. wrk times no pipelined ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
}

/// Sends requests with the keys of a file, `depth` of them at once on each connection.
pub(crate) fn run(server: &Contender, keys: &Path, depth: usize, time: Duration) -> Run {
    load(server.name, &server.url(), &|| server.cpu_seconds(), (keys, KeyIn::Header), depth, time)
}

/// The same to a URL; `used_cpu` tells the seconds of processor time of whatever answers there.
pub(crate) fn load(
    name: &str,
    url: &str,
    used_cpu: &dyn Fn() -> f64,
    (keys, key_in): (&Path, KeyIn),
    depth: usize,
    time: Duration,
) -> Run {
    let script = keys.with_extension("lua");
    std::fs::write(&script, SCRIPT).unwrap();
    let mut wrk = on_cores(LOAD_CORE, Path::new("wrk"));
    wrk.args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{}s", time.as_secs()), "--timeout", "10s"])
        .arg("--script")
        .arg(&script)
        .arg(url)
        .arg("--")
        .arg(keys)
        .arg(depth.to_string())
        .arg(match key_in {
            KeyIn::Header => "header",
            KeyIn::Body => "body",
        });
    let (begun, cpu, load_cpu) = (Instant::now(), used_cpu(), ended_childrens_cpu_seconds());
    let output = wrk.stderr(Stdio::inherit()).output().expect("wrk runs");
    let wall = begun.elapsed().as_secs_f64();
    let cpu = used_cpu() - cpu;
    let load_cpu = ended_childrens_cpu_seconds() - load_cpu;
    let output = String::from_utf8(output.stdout).unwrap();
    let result = output.lines().find_map(|line| line.strip_prefix("RESULT ")).expect("wrk tells its result");
    let numbers: Vec<f64> = result.split(' ').map(|number| number.parse().unwrap()).collect();
    let [requests, microseconds, errors, p50, p99, p999] = numbers[..] else { panic!("{result}") };
    assert!(errors == 0.0, "{name}: {errors} of {requests} requests failed");
    Run {
        per_second: requests / microseconds * 1e6,
        server_busy: cpu / wall,
        load_busy: load_cpu / wall,
        cpu_microseconds: cpu / requests * 1e6,
        latency: (depth == 1).then_some(Latency { p50, p99, p999 }),
    }
}

/// Debian's package, where it is missing and we may.
pub(crate) fn install() {
    let is_there = || Command::new("wrk").arg("--version").output().is_ok();
    if !is_there() {
        let installed =
            Command::new("apt-get").args(["install", "--yes", "--no-install-recommends", "wrk"]).status();
        assert!(installed.is_ok_and(|status| status.success()), "install wrk, the load generator");
    }
}
