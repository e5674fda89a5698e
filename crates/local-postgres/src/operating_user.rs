//! Who runs the server: PostgreSQL refuses to run as root.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::environment;
use crate::error::{LocalPostgresError, Result};

/// The user of the server's processes and the owner of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperatingUser {
    /// Whoever we are: an ordinary user.
    Ourselves,
    /// We are root, and start everything as this user.
    Other { uid: u32, gid: u32 },
}

impl OperatingUser {
    /// What an ordinary user has made stays that user's, also when root starts it.
    pub(crate) fn for_home(home: &Path) -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        let owner = [home.join("data"), home.to_owned()]
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .find(|metadata| metadata.uid() != 0);
        owner
            .map_or_else(Self::named_postgres, |owner| Ok(Self::Other { uid: owner.uid(), gid: owner.gid() }))
    }

    /// Who runs a server that has no directory yet.
    pub(crate) fn for_new_home() -> Result<Self> {
        if rustix::process::geteuid().is_root() { Self::named_postgres() } else { Ok(Self::Ourselves) }
    }

    fn named_postgres() -> Result<Self> {
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (uid, gid) = find_user(&passwd, "postgres").ok_or(LocalPostgresError::NoUserForServer)?;
        Ok(Self::Other { uid, gid })
    }

    pub(crate) fn uid(self) -> u32 {
        match self {
            Self::Ourselves => rustix::process::geteuid().as_raw(),
            Self::Other { uid, .. } => uid,
        }
    }

    /// A command run by this user, in a directory every user can enter, without the PG* variables
    /// that would lead a private server or its tools elsewhere.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env("LC_ALL", "C");
        for name in environment::postgres_variables() {
            command.env_remove(name);
        }
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    pub(crate) fn take(self, path: &Path) -> Result<()> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid } => {
                chown(path, Some(uid), Some(gid)).map_err(LocalPostgresError::io("change the owner of", path))
            }
        }
    }

    /// Whether this user can work in the directory; asked of the kernel by trying.
    pub(crate) fn can_work_in(self, directory: &Path) -> bool {
        let mut shell = self.command(Path::new("/bin/sh"));
        shell.args(["-c", r#"cd "$1" 2>/dev/null && test -w ."#, "sh"]).arg(directory);
        shell.status().is_ok_and(|status| status.success())
    }
}

fn find_user(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut numbers = line.split(':').skip(2).map(|field| field.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let passwd =
            "root:x:0:0:root:/root:/bin/sh\npostgresql:x:7:8::/:\npostgres:x:101:104:a,b:/v:/bin/sh\n";
        assert_eq!(find_user(passwd, "postgres"), Some((101, 104)));
        assert_eq!(find_user(passwd, "post"), None);
    }
}
