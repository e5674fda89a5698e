//! Finding PostgreSQL's programs on this machine.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::environment;
use crate::error::{LocalPostgresError, Result};

/// A directory that holds both `initdb` and `postgres`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Installation {
    pub(crate) bin_dir: PathBuf,
    pub(crate) major: u32,
}

/// Where to look, as values, so that tests can say.
#[derive(Debug)]
pub(crate) struct SearchPlaces {
    pub(crate) pg_bin_dir: Option<PathBuf>,
    /// Directories whose children are `<version>/bin`.
    pub(crate) version_roots: Vec<PathBuf>,
    pub(crate) path: Vec<PathBuf>,
    /// Directories whose children `postgresql…/bin` are Homebrew's.
    pub(crate) homebrew_roots: Vec<PathBuf>,
}

impl SearchPlaces {
    pub(crate) fn of_this_machine() -> Self {
        let (pg_bin_dir, path) = environment::search_places();
        let homebrew = ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];
        Self {
            pg_bin_dir,
            version_roots: vec!["/usr/lib/postgresql".into()],
            path,
            homebrew_roots: homebrew.map(PathBuf::from).to_vec(),
        }
    }

    /// The first program of that name on the PATH.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        self.path.iter().map(|directory| directory.join(name)).find(|file| file.is_file())
    }

    /// Every installation, the preferred one first. `PG_BIN_DIR` is an order: nothing else is looked at.
    pub(crate) fn installations(&self) -> Result<Vec<Installation>> {
        if let Some(directory) = &self.pg_bin_dir {
            let unusable = || LocalPostgresError::UnusableBinDir { directory: directory.clone() };
            return Ok(vec![installation_in(directory).ok_or_else(unusable)?]);
        }
        let mut found: Vec<Installation> = Vec::new();
        for directory in self.candidates() {
            if let Some(installation) = installation_in(&directory)
                && !found.contains(&installation)
            {
                found.push(installation);
            }
        }
        Ok(found)
    }

    fn candidates(&self) -> Vec<PathBuf> {
        let mut candidates = Vec::new();
        for root in &self.version_roots {
            candidates.extend(newest_first(children(root)).into_iter().map(|version| version.join("bin")));
        }
        // A link such as /usr/local/bin/initdb leads to the directory where `postgres` lies beside it.
        candidates.extend(self.path.iter().filter_map(|directory| {
            Some(directory.join("initdb").canonicalize().ok()?.parent()?.to_owned())
        }));
        candidates.extend(self.program("pg_config").and_then(|program| pg_config_bindir(&program)));
        for root in &self.homebrew_roots {
            let formulae =
                children(root).into_iter().filter(|child| last_part(child).starts_with("postgresql"));
            candidates
                .extend(newest_first(formulae.collect()).into_iter().map(|formula| formula.join("bin")));
        }
        candidates
    }
}

fn installation_in(directory: &Path) -> Option<Installation> {
    if !directory.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
    let major = major_in(&String::from_utf8(output.stdout).ok()?)?;
    Some(Installation { bin_dir: directory.to_owned(), major })
}

/// The major in `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`, or in `… 18beta1`.
fn major_in(version: &str) -> Option<u32> {
    leading_number(version.split_once("(PostgreSQL)")?.1.trim_start())
}

fn leading_number(text: &str) -> Option<u32> {
    text.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

fn pg_config_bindir(program: &Path) -> Option<PathBuf> {
    let output =
        Command::new(program).arg("--bindir").output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end()))
}

fn children(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

/// By the number in the last part of the path: `17`, `postgresql@16`; without a number last.
fn newest_first(mut directories: Vec<PathBuf>) -> Vec<PathBuf> {
    directories.sort_by_key(|directory| {
        let name = last_part(directory);
        Reverse(leading_number(name.trim_start_matches(|character: char| !character.is_ascii_digit())))
    });
    directories
}

fn last_part(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn fake_installation(directory: &Path, version: &str) {
        std::fs::create_dir_all(directory).unwrap();
        std::fs::write(directory.join("initdb"), "").unwrap();
        let postgres = directory.join("postgres");
        std::fs::write(&postgres, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")).unwrap();
        std::fs::set_permissions(&postgres, PermissionsExt::from_mode(0o755)).unwrap();
    }

    fn places(root: &Path) -> SearchPlaces {
        SearchPlaces {
            pg_bin_dir: None,
            version_roots: vec![root.join("lib")],
            path: vec![root.join("path")],
            homebrew_roots: vec![root.join("opt")],
        }
    }

    #[test]
    fn the_newest_debian_version_comes_first_and_then_path_and_homebrew() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        fake_installation(&root.join("lib/9/bin"), "9.6.1");
        fake_installation(&root.join("lib/17/bin"), "17.2 (Debian 17.2-1)");
        fake_installation(&root.join("elsewhere"), "18beta1");
        fake_installation(&root.join("opt/postgresql@16/bin"), "16.4 (Homebrew)");
        std::fs::create_dir_all(root.join("path")).unwrap();
        symlink(root.join("elsewhere/initdb"), root.join("path/initdb")).unwrap();
        let majors: Vec<u32> =
            places(&root).installations().unwrap().iter().map(|installation| installation.major).collect();
        assert_eq!(majors, [17, 9, 18, 16]);
    }

    #[test]
    fn initdb_without_postgres_is_no_installation() {
        let root = tempfile::tempdir().unwrap();
        let bin_dir = root.path().join("lib/17/bin");
        std::fs::create_dir_all(&bin_dir).unwrap();
        std::fs::write(bin_dir.join("initdb"), "").unwrap();
        assert_eq!(places(root.path()).installations().unwrap(), []);
    }

    #[test]
    fn pg_config_says_where_the_programs_are() {
        let root = tempfile::tempdir().unwrap();
        let bin_dir = root.path().join("somewhere");
        fake_installation(&bin_dir, "15.13");
        std::fs::create_dir_all(root.path().join("path")).unwrap();
        let pg_config = root.path().join("path/pg_config");
        std::fs::write(&pg_config, format!("#!/bin/sh\necho '{}'\n", bin_dir.display())).unwrap();
        std::fs::set_permissions(&pg_config, PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(places(root.path()).installations().unwrap(), [Installation { bin_dir, major: 15 }]);
    }

    #[test]
    fn pg_bin_dir_is_an_order() {
        let root = tempfile::tempdir().unwrap();
        fake_installation(&root.path().join("lib/17/bin"), "17.2");
        let wrong = SearchPlaces { pg_bin_dir: Some(root.path().join("nothing")), ..places(root.path()) };
        let message = wrong.installations().unwrap_err().to_string();
        assert!(message.starts_with("PG_BIN_DIR is "), "{message}");
        fake_installation(&root.path().join("own"), "14.1");
        let right = SearchPlaces { pg_bin_dir: Some(root.path().join("own")), ..places(root.path()) };
        assert_eq!(right.installations().unwrap()[0].major, 14);
    }
}
