//! `serve`: the server itself.

use crate::config::{self, ServeSettings};
use crate::failure::Failure;
use crate::stop_signals::StopSignals;
use crate::{listeners, serving, startup, telemetry};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: ServeSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = config::read(|errors| arguments.settings.read(errors))?;
    telemetry::install(&config.store.log);
    config::warn_about_proxies(&config.http_options);
    let mut stop = Box::pin(StopSignals::catch()?.first());
    let listeners = listeners::bind(&config.listen)?;
    let store = tokio::select! {
        opened = startup::open_store(&config) => opened?,
        () = &mut stop => return Ok(()),
    };
    serving::serve(listeners, store, &config, stop).await
}
