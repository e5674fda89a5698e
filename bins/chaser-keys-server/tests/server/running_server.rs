//! A server that runs until it is told to stop.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::process::{PEPPER, program};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct RunningServer {
    child: Child,
    log: Arc<Mutex<String>>,
    pub(crate) url: String,
    pub(crate) internal_url: String,
}

impl RunningServer {
    /// On free ports, with the tests' pepper.
    pub(crate) async fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[]).await
    }

    /// Settings given here win.
    pub(crate) async fn start_with(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let usual = [
            ("DATABASE_URL", database_url),
            ("CHASER_PEPPERS", PEPPER),
            ("CHASER_BIND", "127.0.0.1:0"),
            ("CHASER_INTERNAL_BIND", "127.0.0.1:0"),
            ("CHASER_WORKERS", "2"),
        ];
        let mut child = program(&["serve"], &[&usual, settings].concat()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (sender, mut lines) = mpsc::unbounded_channel();
        let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        let kept = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = stderr.next_line().await {
                *kept.lock().unwrap() += &(line.clone() + "\n");
                let _ = sender.send(line);
            }
        });
        let serving = timeout(PATIENCE, async {
            let mut listening = Value::Null;
            while let Some(line) = lines.recv().await {
                let event: Value = serde_json::from_str(&line).unwrap_or_default();
                let message = event["message"].as_str().unwrap_or_default();
                if message == "serving" {
                    listening = event;
                } else if message.starts_with("verifying keys") {
                    return listening;
                }
            }
            panic!("the server did not start:\n{}", log.lock().unwrap());
        });
        let serving = serving.await.expect("the server starts");
        let url = |listener: &str| format!("http://{}", serving[listener].as_str().unwrap());
        Self { url: url("public"), internal_url: url("internal"), child, log }
    }

    /// Everything it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Its process id. Only while nobody has waited for its end.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end: the exit code.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        timeout(PATIENCE, self.child.wait()).await.expect("the server ends").unwrap().code()
    }

    /// Asks it to stop, and expects it to do so in peace.
    pub(crate) async fn stop(mut self) -> String {
        self.signal(Signal::TERM);
        assert_eq!(self.ended().await, Some(0), "{}", self.log());
        self.log()
    }
}
