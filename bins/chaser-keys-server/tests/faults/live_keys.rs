//! Keys that live, presented to every node all the time: nobody may say no to them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::cluster::Cluster;
use crate::customer::Verdict;

pub(crate) struct LiveKeys {
    counts: Arc<Mutex<Counts>>,
    asking: JoinHandle<()>,
}

/// What was said of keys that live.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) accepted: usize,
    pub(crate) refused: usize,
    pub(crate) unproven: usize,
    pub(crate) unreachable: usize,
}

impl LiveKeys {
    pub(crate) async fn watch(cluster: &Cluster) -> Self {
        let nodes: Vec<String> = cluster.nodes.iter().map(|node| node.url.clone()).collect();
        let counts: Arc<Mutex<Counts>> = Arc::default();
        let customer = cluster.customer.clone();
        let key = customer.create_key(&cluster.nodes[0].url).await;
        let counted = Arc::clone(&counts);
        let asking = tokio::spawn(async move {
            loop {
                for node in nodes.clone() {
                    // A node that is stopped must not hold up the questions to the others.
                    let (customer, key, counted) = (customer.clone(), key.clone(), Arc::clone(&counted));
                    tokio::spawn(async move {
                        let verdict = customer.present(&node, &key).await;
                        counted.lock().unwrap().add(verdict);
                    });
                }
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
        });
        Self { counts, asking }
    }

    pub(crate) async fn stop(self) -> Counts {
        self.asking.abort();
        // For the last answers.
        tokio::time::sleep(Duration::from_millis(300)).await;
        *self.counts.lock().unwrap()
    }
}

impl Counts {
    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Accepted => &mut self.accepted,
            Verdict::Refused => &mut self.refused,
            Verdict::Unproven => &mut self.unproven,
            Verdict::Unreachable => &mut self.unreachable,
        } += 1;
    }
}
