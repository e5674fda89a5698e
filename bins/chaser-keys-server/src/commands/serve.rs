//! `serve`: the server itself.

use crate::{
    config::{self, ServeSettings},
    failure::Failure,
    listeners, serving, startup,
    stop_signals::StopSignals,
    telemetry,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: ServeSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = config::read(|mistakes| arguments.settings.read(mistakes))?;
    telemetry::install(&config.store.log);
    config.http.warn();
    let mut stop = Box::pin(StopSignals::catch()?.first());
    let listeners = listeners::bind(&config.listen)?;
    let store = tokio::select! {
        opened = startup::open_store(&config) => opened?,
        () = &mut stop => return Ok(()),
    };
    serving::serve(listeners, store, &config, stop).await
}
