//! `up`: everything, until it is asked to stop.

use std::pin::pin;

use chaser_keys_server::{
    ConfigErrors, Listeners, ServeConfig, StopSignals, StoreConfig, install_telemetry, open_store, serve,
};
use tokio::runtime::Runtime;

use crate::cli::UpArguments;
use crate::database::Database;
use crate::failure::Failure;
use crate::ready::Ready;
use crate::{listeners, pepper, seed};

pub(crate) fn run(arguments: UpArguments) -> Result<(), Failure> {
    let UpArguments { place, json, port, log } = arguments;
    let mut errors = ConfigErrors::default();
    let log = log.read(&mut errors);
    errors.into_result()?;
    install_telemetry(&log);
    let runtime = Runtime::new().map_err(Failure::Runtime)?;
    // Before the listeners, so that a second run hears that it is one and not that a port is taken.
    let database = Database::start(&place, &runtime)?;
    let listeners = listeners::bind(port)?;
    let peppers = pepper::for_database(&database)?;
    let url = database.url.parse().map_err(|error| Failure::Seed(format!("{error}")))?;
    let config = configuration(StoreConfig { database: url, peppers, log });
    let served = runtime.block_on(serve_until_stopped(json, &database, config, listeners));
    // The server's connections close with it, before PostgreSQL stops.
    drop(runtime);
    served
}

/// The server's own defaults, but a session that outlasts lunch.
fn configuration(store: StoreConfig) -> ServeConfig {
    let mut config = ServeConfig::new(store);
    let lifetimes = &mut config.store_options.session_lifetimes;
    lifetimes.idle = lifetimes.absolute;
    config
}

async fn serve_until_stopped(
    as_json: bool,
    database: &Database,
    config: ServeConfig,
    listeners: Listeners,
) -> Result<(), Failure> {
    let stop = StopSignals::catch()?;
    let store = open_store(&config).await?;
    let seeded = seed::seed(&store, &config.store.database).await?;
    let ready =
        Ready::new(address(&listeners.public)?, address(&listeners.internal)?, database.url.clone(), seeded);
    let mut serving = pin!(serve(listeners, store.clone(), &config, stop.first()));
    tokio::select! {
        stopped = &mut serving => return Ok(stopped?),
        () = store.node().until_ready() => ready.tell(as_json)?,
    }
    Ok(serving.await?)
}

fn address(listener: &std::net::TcpListener) -> Result<String, Failure> {
    Ok(format!("http://{}", listener.local_addr().map_err(Failure::Runtime)?))
}
