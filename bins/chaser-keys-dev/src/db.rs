//! `db`: the private PostgreSQL alone, until it is asked to stop.

use chaser_keys_server::StopSignals;
use tokio::runtime::Runtime;

use crate::cli::DbArguments;
use crate::database::Database;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &DbArguments) -> Result<(), Failure> {
    let runtime = Runtime::new().map_err(Failure::Runtime)?;
    let database = Database::start(&arguments.place, &runtime)?;
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
