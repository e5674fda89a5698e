//! What was seen of one fault.

use std::fmt;
use std::time::Duration;

use crate::cluster::WAIT;
use crate::customer::Verdict;
use crate::fault::Fault;
use crate::live_keys::Counts;

/// Beyond W, for everything but the waiting.
pub(crate) const MARGIN: Duration = Duration::from_millis(500);

pub(crate) struct Tally {
    fault: Fault,
    nodes: usize,
    violations: usize,
    refused: usize,
    unproven: usize,
    unreachable: usize,
    disturbed: usize,
    revokes: Vec<Duration>,
    interrupted: usize,
    pub(crate) live: Counts,
}

impl Tally {
    pub(crate) const HEAD: &str = "fault              nodes trials | violations  false refusals  disturbed | refused unproven unreachable | live: accepted unproven unreachable | revoke p50      p99      max | interrupted";

    pub(crate) fn new(fault: Fault, nodes: usize) -> Self {
        Self {
            fault,
            nodes,
            violations: 0,
            refused: 0,
            unproven: 0,
            unreachable: 0,
            disturbed: 0,
            revokes: Vec::new(),
            interrupted: 0,
            live: Counts::default(),
        }
    }

    pub(crate) fn revoked_in(&mut self, took: Duration, interrupted: usize) {
        self.interrupted += interrupted;
        self.revokes.push(took);
        self.revokes.sort_unstable();
    }

    pub(crate) fn everyday_life(&mut self, failures: usize) {
        self.disturbed += failures;
    }

    /// Answers to requests that began after the 204.
    pub(crate) fn answers(&mut self, verdicts: Vec<Verdict>) {
        for verdict in verdicts {
            *match verdict {
                Verdict::Accepted => &mut self.violations,
                Verdict::Refused => &mut self.refused,
                Verdict::Unproven => &mut self.unproven,
                Verdict::Unreachable => &mut self.unreachable,
            } += 1;
        }
    }

    fn percent(&self, hundredths: usize) -> Duration {
        let last = self.revokes.len().saturating_sub(1);
        self.revokes.get((self.revokes.len() * hundredths / 100).min(last)).copied().unwrap_or_default()
    }

    pub(crate) const fn violations(&self) -> usize {
        self.violations
    }

    pub(crate) fn must_be_clean(&self) {
        assert_eq!(self.violations, 0, "accepted after the revoke had answered: {self}");
        assert_eq!(self.live.refused, 0, "a live key was refused: {self}");
        assert_eq!(self.disturbed, 0, "other nodes were disturbed: {self}");
        assert!(self.live.accepted > 0 && self.refused > 0, "nothing was seen: {self}");
        // Of many that were aimed at, some were hit.
        let is_aimed = self.fault == Fault::RevokerKilled && self.revokes.len() >= 10;
        assert!(!is_aimed || self.interrupted > 0, "no revoke was interrupted: {self}");
        // The revoke that was answered, with PostgreSQL there to commit it.
        assert!(self.percent(100) <= WAIT + MARGIN, "a revoke took too long: {self}");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<18} {:>5} {:>6} | {:>10} {:>15} {:>10} | {:>7} {:>8} {:>11} | {:>14} {:>8} {:>11} | {:>10.1?} {:>8.1?} {:>8.1?} | {:>11}",
            format!("{:?}", self.fault),
            self.nodes,
            self.revokes.len(),
            self.violations,
            self.live.refused,
            self.disturbed,
            self.refused,
            self.unproven,
            self.unreachable,
            self.live.accepted,
            self.live.unproven,
            self.live.unreachable,
            self.percent(50),
            self.percent(99),
            self.percent(100),
            self.interrupted,
        )
    }
}
