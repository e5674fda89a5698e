//! SIGTERM and SIGINT: the first drains the server, the second ends the process.

use std::process;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// The signals that stop the server, caught while this exists.
#[derive(Debug)]
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Catches the signals, which would otherwise end the process immediately.
    pub fn catch() -> Result<Self, Failure> {
        let catch = |kind| signal(kind).map_err(Failure::Runtime);
        Ok(Self { terminate: catch(SignalKind::terminate())?, interrupt: catch(SignalKind::interrupt())? })
    }

    /// Waits for the first signal. After it, a second one ends the process with the code a shell would give,
    /// because a drain that hangs must not be the only way out.
    pub async fn first(mut self) {
        let (name, _) = self.next().await;
        tracing::info!(
            signal = name,
            "stopping: finishing requests and writing usage; a second signal stops immediately"
        );
        tokio::spawn(async move {
            let (name, number) = self.next().await;
            tracing::warn!(signal = name, "stopped immediately: the last usage counts are lost");
            process::exit(128 + number);
        });
    }

    async fn next(&mut self) -> (&'static str, i32) {
        tokio::select! {
            _ = self.terminate.recv() => ("SIGTERM", SignalKind::terminate().as_raw_value()),
            _ = self.interrupt.recv() => ("SIGINT", SignalKind::interrupt().as_raw_value()),
        }
    }
}
