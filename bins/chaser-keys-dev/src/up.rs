//! `up`: everything, until it is asked to stop.

use std::pin::pin;

use chaser_keys_server::{
    ConfigErrors, Listeners, LogSettings, ServeConfig, StopSignals, StoreConfig, install_telemetry,
    open_store, serve,
};
use clap::Args;
use tokio::runtime::Runtime;

use crate::data_location::DataLocation;
use crate::database::Database;
use crate::failure::Failure;
use crate::pepper::DevPeppers;
use crate::ready::Ready;
use crate::{listeners, pepper, seed};

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    location: DataLocation,
    /// Print one line of JSON instead of calls to paste, once ready
    #[arg(long)]
    json: bool,
    /// Port of the API and the dashboard; 0 means free ports [default: 8080, or a free one when that is taken]
    ///
    /// The internal listener gets the next port, or a free one when that is taken.
    #[arg(long)]
    port: Option<u16>,
    #[command(flatten)]
    log: LogSettings,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { location, json, port, log } = arguments;
    let mut errors = ConfigErrors::default();
    let log = log.read(&mut errors);
    errors.into_result()?;
    install_telemetry(&log);
    let runtime = Runtime::new().map_err(Failure::Runtime)?;
    // Before the listeners, so that a second run fails for that reason, not because a port is taken.
    let database = Database::start(&location, &runtime)?;
    let listeners = listeners::bind(port)?;
    let DevPeppers { text, peppers } = pepper::for_database(&database)?;
    let url = database.url.parse().map_err(|error| Failure::Seed(format!("{error}")))?;
    let config = configuration(StoreConfig { database: url, peppers, log });
    let served = runtime.block_on(serve_until_stopped(json, &database, text, config, listeners));
    // The server's connections close with it, before PostgreSQL stops.
    drop(runtime);
    served
}

/// The server's own defaults, except that an unused session lasts as long as a used one.
fn configuration(store: StoreConfig) -> ServeConfig {
    let mut config = ServeConfig::new(store);
    let lifetimes = &mut config.store_options.session_lifetimes;
    lifetimes.idle = lifetimes.absolute;
    config
}

async fn serve_until_stopped(
    as_json: bool,
    database: &Database,
    peppers: String,
    config: ServeConfig,
    listeners: Listeners,
) -> Result<(), Failure> {
    let stop = StopSignals::catch()?;
    let store = open_store(&config).await?;
    let seeded = seed::seed(&store, &config.store.database).await?;
    let ready = Ready {
        url: address(&listeners.public)?,
        internal_url: address(&listeners.internal)?,
        database_url: database.url.clone(),
        peppers,
        email: seed::EMAIL,
        password: seed::PASSWORD,
        session: seeded.session.expose().to_owned(),
        workspace_id: seeded.workspace.to_string(),
        key: seeded.key,
        pid: std::process::id(),
    };
    let mut serving = pin!(serve(listeners, store.clone(), &config, stop.first()));
    tokio::select! {
        stopped = &mut serving => return Ok(stopped?),
        () = store.node().until_ready() => ready.print(as_json)?,
    }
    Ok(serving.await?)
}

fn address(listener: &std::net::TcpListener) -> Result<String, Failure> {
    Ok(format!("http://{}", listener.local_addr().map_err(Failure::Runtime)?))
}
