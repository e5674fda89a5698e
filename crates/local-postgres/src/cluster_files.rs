//! The files in the data directory that the options decide; written anew at each start.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{LocalPostgresError, Result};
use crate::home::Home;
use crate::options::Options;

pub(crate) fn write(home: &Home, options: &Options) -> Result<()> {
    // initdb's own file would let in every TCP connection from this machine before the caller's lines are read.
    let mut pg_hba = "local all all trust\n".to_owned();
    for line in &options.pg_hba_lines {
        pg_hba.push_str(line);
        pg_hba.push('\n');
    }
    write_private(home, "pg_hba.conf", pg_hba.as_bytes())?;
    options.files.iter().try_for_each(|(name, contents)| write_private(home, name, contents))
}

fn write_private(home: &Home, name: &str, contents: &[u8]) -> Result<()> {
    let path = home.data().join(name);
    remove_if_there(&path)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(LocalPostgresError::io("create", &path))?;
    file.write_all(contents).map_err(LocalPostgresError::io("write", &path))?;
    home.user.take(&path)
}

pub(crate) fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(LocalPostgresError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}
