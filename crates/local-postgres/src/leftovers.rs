//! What a killed owner left: a server still stopping, an orphan, files that keep the next server from starting.
//!
//! Only for the holder of the directory's lock: then every server found there is nobody's.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::cluster_files::remove_if_there;
use crate::error::{LocalPostgresError, Result};
use crate::home::Home;
use crate::postmaster_pid::PostmasterPid;

/// What to do to an orphan, and how long after we found it: its own watcher usually is at work already.
const STEPS: [(Duration, Signal); 3] = [
    (Duration::from_secs(2), Signal::INT),
    (Duration::from_secs(10), Signal::QUIT),
    (Duration::from_secs(15), Signal::KILL),
];
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn clear(home: &Home) -> Result<()> {
    let data = home.data();
    await_orphans(&data)?;
    // PostgreSQL trusts a postmaster.pid whose process lives, whoever that is by now. Of a dead process
    // it is left alone: PostgreSQL finds the old shared memory by it.
    if PostmasterPid::read(&data).is_some_and(|file| is_alive(file.pid)) {
        remove_if_there(&PostmasterPid::path(&data))?;
    }
    // The socket's lock file is trusted likewise; the directory is ours alone.
    for entry in fs::read_dir(&home.socket_directory).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b".s.PGSQL.") {
            remove_if_there(&entry.path())?;
        }
    }
    Ok(())
}

/// Ends every server process in the data directory at once, as a crash of the machine would.
pub(crate) fn kill_all_in(data: &Path) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let pids = servers_in(data);
        if pids.is_empty() || Instant::now() > deadline {
            return;
        }
        send(&pids, Signal::KILL);
        sleep(Duration::from_millis(2));
    }
}

fn await_orphans(data: &Path) -> Result<()> {
    let began = Instant::now();
    let mut steps = STEPS.into_iter().peekable();
    loop {
        let pids = servers_in(data);
        if pids.is_empty() {
            return Ok(());
        }
        if let Some((_, signal)) = steps.next_if(|(after, _)| began.elapsed() >= *after) {
            // A fast shutdown is asked of the postmaster; it tells the others.
            let postmaster = PostmasterPid::read(data).map(|file| file.pid).filter(|pid| pids.contains(pid));
            match postmaster {
                Some(postmaster) if signal != Signal::KILL => send(&[postmaster], signal),
                _ => send(&pids, signal),
            }
        }
        if began.elapsed() > PATIENCE {
            let pids = pids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
            return Err(LocalPostgresError::OrphanRemains { data: data.to_owned(), pids });
        }
        sleep(Duration::from_millis(10));
    }
}

/// The `postgres` processes working in the directory: a pid alone says nothing, it may have been reused.
fn servers_in(data: &Path) -> Vec<u32> {
    if !Path::new("/proc/self/cwd").exists() {
        return servers_in_by_lsof(data);
    }
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| {
            fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|directory| directory == data)
                && fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|name| name.trim_end() == "postgres")
        })
        .collect()
}

/// macOS has no /proc.
fn servers_in_by_lsof(data: &Path) -> Vec<u32> {
    let output = Command::new("lsof").args(["-t", "-a", "-c", "postgres", "-d", "cwd"]).arg(data).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().filter_map(|line| line.trim().parse().ok()).collect()
}

fn send(pids: &[u32], signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(i32::try_from(*pid).ok()?)) {
        // One that has ended meanwhile is what we want.
        let _ = kill_process(pid, signal);
    }
}

fn is_alive(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}
