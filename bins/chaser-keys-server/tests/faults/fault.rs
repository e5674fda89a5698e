//! What goes wrong, and how it is mended.

use std::time::Duration;

use rustix::process::Signal;

use crate::cluster::Cluster;
use crate::link::State;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    None,
    Paused,
    Killed,
    Terminated,
    RollingRestart,
    ListenersKilled,
    ConnectionsKilled,
    PostgresRestarted,
    PostgresKilled,
    NetworkDropped,
    DeafPostgres,
    DeafNode,
    NetworkSlow,
    RevokerKilled,
    ClockMoved,
}

impl Fault {
    pub(crate) const ALL: [Self; 15] = [
        Self::None,
        Self::Paused,
        Self::Killed,
        Self::Terminated,
        Self::RollingRestart,
        Self::ListenersKilled,
        Self::ConnectionsKilled,
        Self::PostgresRestarted,
        Self::PostgresKilled,
        Self::NetworkDropped,
        Self::DeafPostgres,
        Self::DeafNode,
        Self::NetworkSlow,
        Self::RevokerKilled,
        Self::ClockMoved,
    ];

    /// Whether other nodes can make and list keys meanwhile.
    pub(crate) const fn spares_the_others(self) -> bool {
        !matches!(
            self,
            Self::RollingRestart | Self::ConnectionsKilled | Self::PostgresRestarted | Self::PostgresKilled
        )
    }

    /// Does it to a node, or to what all of them stand on.
    pub(crate) async fn strike(self, cluster: &mut Cluster, victim: usize) {
        let node = &mut cluster.nodes[victim];
        match self {
            Self::None => {}
            Self::Paused => node.signal(Signal::STOP),
            Self::Killed | Self::RevokerKilled => {
                node.signal(Signal::KILL);
                node.ended().await;
            }
            Self::Terminated => {
                node.signal(Signal::TERM);
                node.ended().await;
            }
            Self::RollingRestart => {
                for node in &mut cluster.nodes {
                    node.signal(Signal::TERM);
                    node.ended().await;
                    node.start_again().await;
                }
            }
            // The connections that listen, of every node, and no other.
            Self::ListenersKilled => cluster.end_connections("application_name = 'chaser-keys feed'").await,
            Self::ConnectionsKilled => cluster.end_connections("true").await,
            Self::PostgresRestarted => {
                cluster.stop_postgres(local_postgres::LocalPostgres::stop).await;
                cluster.start_postgres().await;
            }
            Self::PostgresKilled => {
                cluster.stop_postgres(local_postgres::LocalPostgres::kill).await;
                cluster.start_postgres().await;
            }
            Self::NetworkDropped => node.network(State::Dropped),
            Self::DeafPostgres => node.network(State::DeafPostgres),
            Self::DeafNode => node.network(State::DeafNode),
            Self::NetworkSlow => node.network(State::Slow(Duration::from_millis(150))),
            Self::ClockMoved => {
                let offset = if crate::chance::below(2) == 0 { 3_600 } else { -3_600 };
                node.move_clock(offset);
                cluster.until_in_another_hour(victim, offset).await;
            }
        }
    }

    /// Undoes it, as far as it does not pass by itself.
    pub(crate) async fn mend(self, cluster: &mut Cluster, victim: usize) {
        let node = &mut cluster.nodes[victim];
        match self {
            Self::Paused => node.signal(Signal::CONT),
            Self::Killed | Self::RevokerKilled | Self::Terminated => node.start_again().await,
            Self::NetworkDropped | Self::DeafPostgres | Self::DeafNode | Self::NetworkSlow => {
                node.network(State::Whole);
            }
            Self::ClockMoved => node.move_clock(0),
            Self::None
            | Self::RollingRestart
            | Self::ListenersKilled
            | Self::ConnectionsKilled
            | Self::PostgresRestarted
            | Self::PostgresKilled => {}
        }
    }
}
