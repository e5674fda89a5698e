//! Some nodes on one PostgreSQL, each with a network of its own.

use std::path::PathBuf;

use chaser_keys_storage::{DatabaseUrl, run_migrations};
use local_postgres::{LocalPostgres, Options};
use rustix::process::Signal;
use tokio_postgres::config::Host;

use crate::customer::Customer;
use crate::fault::Fault;
use crate::link::{Link, State};
use crate::moved_clock::MovedClock;
use crate::process::{PEPPER, run, run_with_input};
use crate::running_server::RunningServer;

/// L. W is 1.5 times that.
pub(crate) const LEASE: &str = "1s";
pub(crate) const WAIT: std::time::Duration = std::time::Duration::from_millis(1_500);

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a long enough passphrase 1843";

pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Node>,
    pub(crate) customer: Customer,
    /// None while it is being stopped or started.
    postgres: Option<LocalPostgres>,
    url: String,
}

pub(crate) struct Node {
    server: Option<RunningServer>,
    link: Link,
    database_url: String,
    lease: String,
    clock: Option<MovedClock>,
    pub(crate) url: String,
}

impl Cluster {
    pub(crate) async fn start(nodes: usize, fault: Fault) -> Self {
        Self::start_with(nodes, fault, |_| LEASE).await
    }

    /// With a lease for each node.
    pub(crate) async fn start_with(
        nodes: usize,
        fault: Fault,
        lease: impl Fn(usize) -> &'static str,
    ) -> Self {
        // Processes are killed here, no machine loses power: what was written out survives that without fsync, and
        // the nodes insist on what is written out before it is confirmed.
        let starting = tokio::task::spawn_blocking(|| LocalPostgres::start(Options::temporary()));
        let postgres = starting.await.unwrap().unwrap();
        let url = postgres.create_database("chaser").await.unwrap();
        run_migrations(&url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
        create_user(&url).await;
        let mut started = Vec::new();
        for number in 0..nodes {
            started.push(Node::start(&url, lease(number), fault).await);
        }
        let customer = Customer::sign_in(&started[0].url, EMAIL, PASSWORD).await;
        Self { nodes: started, customer, postgres: Some(postgres), url }
    }

    /// Does something to PostgreSQL as its administrator.
    pub(crate) async fn sql(&self, statement: &str) {
        self.connect().await.batch_execute(statement).await.unwrap();
    }

    /// Ends connections of nodes, as an administrator would.
    pub(crate) async fn end_connections(&self, which: &str) {
        let others = "pid <> pg_backend_pid() and datname = current_database()";
        let end = "select pg_terminate_backend(pid) from pg_stat_activity";
        self.sql(&format!("{end} where {others} and {which}")).await;
    }

    pub(crate) async fn connect(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    pub(crate) async fn stop_postgres(&mut self, how: fn(&mut LocalPostgres)) {
        let mut postgres = self.postgres.take().unwrap();
        let stopping = tokio::task::spawn_blocking(move || {
            how(&mut postgres);
            postgres
        });
        self.postgres = Some(stopping.await.unwrap());
    }

    pub(crate) async fn start_postgres(&mut self) {
        self.stop_postgres(|postgres| postgres.start_again().unwrap()).await;
    }

    /// Waits until a process really believes in the hour that it was given: its answers are dated so, and that date
    /// is made twice a second.
    pub(crate) async fn until_in_another_hour(&self, victim: usize, offset: i64) {
        let other = (victim + 1) % self.nodes.len();
        for _ in 0..40 {
            let here = self.customer.second_of_day(&self.nodes[other].url).await;
            let there = self.customer.second_of_day(&self.nodes[victim].url).await;
            let away = (there - here - offset).rem_euclid(86_400);
            if !(60..=86_340).contains(&away) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the wall clock of a node did not move");
    }

    /// Waits until every node verifies.
    pub(crate) async fn until_well(&self) {
        for node in &self.nodes {
            crate::customer::until_ready(node).await;
        }
    }
}

impl Node {
    async fn start(url: &str, lease: &str, fault: Fault) -> Self {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let [Host::Unix(directory)] = config.get_hosts() else {
            panic!("tests reach PostgreSQL through a socket")
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let socket: PathBuf = directory.join(format!(".s.PGSQL.{port}"));
        let link = Link::to(socket).await;
        let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        let mut node = Self {
            database_url: format!("postgres://{user}@{}/{database}", link.address),
            link,
            lease: lease.to_owned(),
            clock: (fault == Fault::ClockMoved).then(MovedClock::new),
            server: None,
            url: String::new(),
        };
        node.start_again().await;
        node
    }

    pub(crate) async fn start_again(&mut self) {
        let mut settings = vec![("CHASER_LEASE", self.lease.as_str()), ("CHASER_LOG", "info")];
        let preload = self.clock.as_ref().map(MovedClock::settings);
        for (name, value) in preload.iter().flatten() {
            settings.push((name, value));
        }
        // Where it was before, so that those who are in the middle of something find it.
        let address = self.url.strip_prefix("http://").map(str::to_owned);
        if let Some(address) = &address {
            settings.push(("CHASER_BIND", address));
        }
        let server = RunningServer::start_with(&self.database_url, &settings).await;
        self.url.clone_from(&server.url);
        self.server = Some(server);
    }

    pub(crate) fn signal(&self, signal: Signal) {
        self.server.as_ref().unwrap().signal(signal);
    }

    /// Waits for its end, however it ends.
    pub(crate) async fn ended(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.ended().await;
        }
    }

    pub(crate) fn network(&self, state: State) {
        self.link.become_(state);
    }

    pub(crate) fn move_clock(&self, seconds: i64) {
        self.clock.as_ref().unwrap().move_by(seconds);
    }
}

async fn create_user(url: &str) {
    let settings = [("DATABASE_URL", url), ("CHASER_PEPPERS", PEPPER)];
    let workspace = run(&["workspace", "create", "--name", "Acme"], &settings).await.result().to_owned();
    let arguments = ["user", "create", "--workspace", &workspace, "--email", EMAIL, "--password-stdin"];
    run_with_input(&arguments, &settings, PASSWORD).await.result();
}
