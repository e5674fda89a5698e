//! Making a cluster, so that a kill at any moment leaves either none or a whole one.

use std::fs;
use std::path::Path;

use crate::cluster_dir::ClusterDir;
use crate::database_url::SUPERUSER;
use crate::directories::private_in;
use crate::error::{LocalPostgresError, Result};
use crate::installation::Installation;
use crate::options::Durability;

/// The major version that made the data; `None` where there is no data yet.
pub(crate) fn major_of(data: &Path) -> Option<u32> {
    // Before 10 the major had two parts; the first is good enough for the message.
    fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().split('.').next()?.parse().ok()
}

/// Runs `initdb` unless it has been run.
pub(crate) fn ensure_initialized(
    cluster_dir: &ClusterDir,
    installation: &Installation,
    durability: Durability,
) -> Result<()> {
    let data = cluster_dir.data();
    if major_of(&data).is_some() {
        return Ok(());
    }
    remove_unfinished(&cluster_dir.directory);
    // A new name each time: the initdb of a killed process may still be writing into the last one.
    let new = private_in(&cluster_dir.directory, "data.new-");
    let new = new.map_err(LocalPostgresError::io("make a directory in", &cluster_dir.directory))?;
    cluster_dir.user.take(new.path())?;
    let mut initdb = cluster_dir.user.command(&installation.bin_dir.join("initdb"));
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
fn remove_unfinished(cluster_dir: &Path) {
    for entry in fs::read_dir(cluster_dir).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b"data.new-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
