//! What to do where PostgreSQL is not installed: install it, or say how.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{LocalPostgresError, Result};
use crate::installation::{Installation, SearchPlaces};

/// How PostgreSQL gets onto this machine.
#[derive(Debug, PartialEq, Eq)]
enum Remedy {
    /// We may do it ourselves, with this program.
    InstallWithApt(PathBuf),
    /// The developer has to run this.
    Tell(String),
}

/// The installation to use: of `needed`, where the data was made by that major version.
pub(crate) fn find_or_install(needed: Option<(u32, &Path)>) -> Result<Installation> {
    let places = SearchPlaces::of_this_machine();
    let mut installations = places.installations()?;
    if installations.is_empty() {
        match remedy(rustix::process::geteuid().is_root(), |name| places.program(name)) {
            Remedy::InstallWithApt(apt_get) => install_with_apt(&apt_get)?,
            Remedy::Tell(command) => return Err(LocalPostgresError::NotInstalled { command }),
        }
        installations = places.installations()?;
    }
    choose(installations, needed)
}

fn choose(installations: Vec<Installation>, needed: Option<(u32, &Path)>) -> Result<Installation> {
    let found: Vec<String> = installations.iter().map(|each| each.major.to_string()).collect();
    let fits = |each: &Installation| needed.is_none_or(|(major, _)| major == each.major);
    installations.into_iter().find(fits).ok_or_else(|| match needed {
        Some((needed, data)) => {
            LocalPostgresError::WrongMajor { data: data.to_owned(), needed, found: found.join(", ") }
        }
        // apt-get believed that all was there, but the programs are gone.
        None => LocalPostgresError::NotInstalled {
            command:
                "apt-get install --reinstall -y $(apt-cache depends postgresql | sed -n 's/.*Depends: //p')"
                    .to_owned(),
        },
    })
}

fn remedy(is_root: bool, program: impl Fn(&str) -> Option<PathBuf>) -> Remedy {
    let sudo = if is_root { "" } else { "sudo " };
    if let Some(apt_get) = program("apt-get") {
        if is_root {
            return Remedy::InstallWithApt(apt_get);
        }
        let install = "sudo apt-get install -y --no-install-recommends postgresql";
        return Remedy::Tell(format!("sudo apt-get update && {install}"));
    }
    let has = |name: &str| program(name).is_some();
    Remedy::Tell(if has("brew") {
        "brew install postgresql@17".to_owned()
    } else if has("dnf") {
        format!("{sudo}dnf install -y postgresql-server")
    } else if has("apk") {
        format!("{sudo}apk add postgresql")
    } else if has("pacman") {
        format!("{sudo}pacman -S --noconfirm postgresql")
    } else {
        "brew install postgresql@17    # Homebrew, or your system's package manager".to_owned()
    })
}

#[expect(clippy::print_stderr, reason = "the developer must know that their machine is being changed")]
fn install_with_apt(apt_get: &Path) -> Result<()> {
    eprintln!("PostgreSQL is not installed: installing Debian's package with apt-get (once)");
    forbid_system_cluster()?;
    // A fresh container has no package lists, and old lists name packages that are gone.
    if run_apt(apt_get, &["install"]).is_err() {
        run_apt(apt_get, &["update"])?;
        run_apt(apt_get, &["install"])?;
    }
    eprintln!("PostgreSQL is installed");
    Ok(())
}

/// Debian's package otherwise starts a cluster of its own on port 5432.
fn forbid_system_cluster() -> Result<()> {
    let directory = Path::new("/etc/postgresql-common/createcluster.d");
    let file = directory.join("no-main-cluster.conf");
    let contents = "# Written by local-postgres: it needs the programs, not a system-wide server.\ncreate_main_cluster = false\n";
    std::fs::create_dir_all(directory).map_err(LocalPostgresError::io("create", directory))?;
    std::fs::write(&file, contents).map_err(LocalPostgresError::io("write", &file))
}

fn run_apt(apt_get: &Path, action: &[&str]) -> Result<()> {
    let mut command = Command::new(apt_get);
    // Several test processes may come here at once: wait for the one that was first.
    command.args(["-o", "DPkg::Lock::Timeout=300", "-y"]).args(action);
    if action == ["install"] {
        command.args(["--no-install-recommends", "postgresql"]);
    }
    let output = command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .map_err(LocalPostgresError::io("run", apt_get))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    Err(LocalPostgresError::CommandFailed {
        command: format!("apt-get {}", action.join(" ")),
        output: String::from_utf8_lossy(&text).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine_with(names: &'static [&'static str]) -> impl Fn(&str) -> Option<PathBuf> {
        move |name| names.contains(&name).then(|| Path::new("/usr/bin").join(name))
    }

    #[test]
    fn root_with_apt_installs_and_anyone_else_is_told_one_command() {
        assert_eq!(
            remedy(true, machine_with(&["apt-get"])),
            Remedy::InstallWithApt("/usr/bin/apt-get".into())
        );
        let cases: [(bool, &'static [&'static str], &str); 5] = [
            (
                false,
                &["apt-get"],
                "sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql",
            ),
            (false, &["brew"], "brew install postgresql@17"),
            (false, &["dnf"], "sudo dnf install -y postgresql-server"),
            (true, &["dnf"], "dnf install -y postgresql-server"),
            (true, &["apk"], "apk add postgresql"),
        ];
        for (is_root, programs, command) in cases {
            assert_eq!(remedy(is_root, machine_with(programs)), Remedy::Tell(command.to_owned()));
        }
    }

    #[test]
    fn the_message_about_a_missing_installation_holds_the_command() {
        let Remedy::Tell(command) = remedy(false, machine_with(&["apt-get"])) else {
            panic!("nothing to tell")
        };
        let message = LocalPostgresError::NotInstalled { command }.to_string();
        assert!(message.contains("PostgreSQL is not installed"), "{message}");
        assert!(message.contains("\n    sudo apt-get update && sudo apt-get install"), "{message}");
    }

    #[test]
    fn kept_data_chooses_the_major_version() {
        let of = |major| Installation { bin_dir: format!("/{major}").into(), major };
        let data = Path::new("/srv/data");
        assert_eq!(choose(vec![of(17), of(15)], None).unwrap().major, 17);
        assert_eq!(choose(vec![of(17), of(15)], Some((15, data))).unwrap().major, 15);
        let message = choose(vec![of(17), of(15)], Some((14, data))).unwrap_err().to_string();
        assert!(message.contains("made by PostgreSQL 14, but only 17, 15 is installed"), "{message}");
    }
}
