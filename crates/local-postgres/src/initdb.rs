//! Making a cluster, so that a kill at any moment leaves either none or a whole one.

use std::fs;
use std::path::Path;

use crate::database_url::SUPERUSER;
use crate::error::{LocalPostgresError, Result};
use crate::home::Home;
use crate::installation::Installation;
use crate::options::Durability;
use crate::places::private_in;

/// The major version that made the data; `None` where there is no data yet.
pub(crate) fn major_of(data: &Path) -> Option<u32> {
    // Before 10 the major had two parts; whoever keeps such data is told the first of them.
    fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().split('.').next()?.parse().ok()
}

/// Runs `initdb` unless it has been run.
pub(crate) fn ensure_initialized(
    home: &Home,
    installation: &Installation,
    durability: Durability,
) -> Result<()> {
    let data = home.data();
    if major_of(&data).is_some() {
        return Ok(());
    }
    remove_unfinished(&home.directory);
    // A name of its own each time: a killed parent's initdb may still be writing into the last one.
    let new = private_in(&home.directory, "data.new-");
    let new = new.map_err(LocalPostgresError::io("make a directory in", &home.directory))?;
    home.user.take(new.path())?;
    let mut initdb = home.user.command(&installation.bin_dir.join("initdb"));
    initdb.arg("--pgdata").arg(new.path()).args(["--username", SUPERUSER, "--auth=trust"]);
    // The same collation on every machine, whatever its locale.
    initdb.args(["--encoding=UTF8", "--no-locale"]);
    if durability == Durability::Fast {
        initdb.arg("--no-sync");
    }
    let output = initdb.output().map_err(LocalPostgresError::io("run", Path::new("initdb")))?;
    if !output.status.success() {
        return Err(LocalPostgresError::CommandFailed {
            command: format!("{initdb:?}"),
            output: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        });
    }
    fs::rename(new.path(), &data).map_err(LocalPostgresError::io("create", &data))?;
    // It has another name now: nothing is left to remove.
    let _ = new.keep();
    Ok(())
}

/// Best effort: what a living orphan still writes is removed by a later start.
fn remove_unfinished(home: &Path) {
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b"data.new-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
