//! `db`: the private PostgreSQL alone, until it is asked to stop.

use chaser_keys_server::StopSignals;
use clap::Args;
use tokio::runtime::Runtime;

use crate::data_location::DataLocation;
use crate::database::Database;
use crate::failure::Failure;
use crate::output;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    location: DataLocation,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let runtime = Runtime::new().map_err(Failure::Runtime)?;
    let database = Database::start(&arguments.location, &runtime)?;
    let stop = runtime.block_on(async { StopSignals::catch() })?;
    if arguments.json {
        output::result(serde_json::json!({ "database_url": database.url }))?;
    } else {
        output::result(&database.url)?;
        output::progress("cargo dev: PostgreSQL runs; Ctrl-C stops it");
    }
    runtime.block_on(stop.first());
    Ok(())
}
