//! The development pepper: made once for a cluster and kept beside it, since no other fits its keys.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use chaser_keys::Peppers;

use crate::database::Database;
use crate::failure::Failure;

/// The pepper that made this cluster's keys; a new one for a new or a temporary cluster.
pub(crate) fn for_database(database: &Database) -> Result<Peppers, Failure> {
    let Some(path) = database.kept_beside("dev-pepper") else {
        return parse(&generate()?, Path::new("a new pepper"));
    };
    match fs::read_to_string(&path) {
        Ok(text) => parse(&text, &path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = generate()?;
            keep(&text, &path).map_err(|source| Failure::File {
                action: "create",
                path: path.clone(),
                source,
            })?;
            parse(&text, &path)
        }
        Err(source) => Err(Failure::File { action: "read", path, source }),
    }
}

fn parse(text: &str, path: &Path) -> Result<Peppers, Failure> {
    text.trim().parse().map_err(|_| Failure::Pepper { path: path.to_owned() })
}

fn generate() -> Result<String, Failure> {
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key).map_err(|error| Failure::Runtime(io::Error::other(error)))?;
    Ok(key.iter().fold("dev:".to_owned(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Under another name first: a run killed in the middle must not leave half a pepper.
fn keep(text: &str, path: &Path) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::options().create(true).truncate(true).write(true).mode(0o600).open(&new)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    fs::rename(new, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_kept_pepper_is_readable_by_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("dev-pepper");
        let text = generate().unwrap();
        keep(&text, &path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        parse(&fs::read_to_string(&path).unwrap(), &path).unwrap();
        assert_ne!(text, generate().unwrap());
    }
}
