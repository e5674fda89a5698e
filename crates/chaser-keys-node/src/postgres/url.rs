//! `DATABASE_URL`: where PostgreSQL is, and how far the way there is trusted.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// A parsed `postgres://` URL. `Debug` and `Display` leave out the password.
///
/// `sslmode` is `verify-full` (with `require` and `verify-ca` read as the same: there is no mode that
/// encrypts without knowing to whom) or `disable`. Without it, connections over a unix socket or to the
/// loopback address are plain, all others verified. `sslrootcert` names a PEM file of certificate
/// authorities to trust instead of the operating system's.
#[derive(Clone)]
pub struct DatabaseUrl {
    config: Config,
    encryption: Encryption,
}

/// How the way to the server is protected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Encryption {
    /// Plain: a unix socket, loopback, or a network that the operator trusts.
    None,
    /// TLS, and the certificate must be valid for the host's name.
    Verified {
        /// Certificate authorities to trust instead of the operating system's.
        authorities: Option<PathBuf>,
    },
}

/// Why a text is not a usable database URL. Nothing of it is repeated: it may hold a password.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum InvalidDatabaseUrl {
    /// Another scheme, or none.
    #[error(
        "it must begin with postgres:// or postgresql://, for example postgres://user:password@host:5432/chaser"
    )]
    Scheme,
    /// An `sslmode` that is not supported.
    #[error("sslmode must be verify-full or disable (prefer and allow protect nothing)")]
    SslMode,
    /// An `sslrootcert` where nothing is encrypted.
    #[error("sslrootcert is given, but sslmode or the host says that the connection is not encrypted")]
    UnusedRootCertificate,
    /// No database is named.
    #[error("it must name a database after the host, for example postgres://user@host:5432/chaser")]
    NoDatabase,
    /// Whatever else it is. The parser's own words may repeat a part of the password.
    #[error(
        "it cannot be read: check the port and the options after `?`, and write special characters in user and \
         password as %40 (`@`), %2F (`/`), %3F (`?`)"
    )]
    Syntax,
}

impl DatabaseUrl {
    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn encryption(&self) -> &Encryption {
        &self.encryption
    }
}

/// The two options that are ours to read; all others go to tokio-postgres.
#[derive(Default)]
struct TlsOptions {
    mode: Option<String>,
    authorities: Option<PathBuf>,
}

/// Takes the TLS options out of a URL's query.
fn split_tls_options(text: &str) -> (String, TlsOptions) {
    let mut options = TlsOptions::default();
    let Some((address, query)) = text.split_once('?') else {
        return (text.to_owned(), options);
    };
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "sslmode" => options.mode = Some(value.into_owned()),
            "sslrootcert" => options.authorities = Some(PathBuf::from(value.into_owned())),
            _ => {
                kept.append_pair(&name, &value);
            }
        }
    }
    // PostgreSQL's URLs know %20 but not '+'.
    let kept = kept.finish().replace('+', "%20");
    let rest = if kept.is_empty() { address.to_owned() } else { format!("{address}?{kept}") };
    (rest, options)
}

/// Whether nothing but this machine can listen in.
fn stays_on_this_machine(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    })
}

fn choose_encryption(options: TlsOptions, config: &Config) -> Result<Encryption, InvalidDatabaseUrl> {
    let encrypted = match options.mode.as_deref() {
        None => options.authorities.is_some() || !stays_on_this_machine(config),
        Some("disable") => false,
        Some("require" | "verify-ca" | "verify-full") => true,
        Some(_) => return Err(InvalidDatabaseUrl::SslMode),
    };
    match (encrypted, options.authorities) {
        (true, authorities) => Ok(Encryption::Verified { authorities }),
        (false, None) => Ok(Encryption::None),
        (false, Some(_)) => Err(InvalidDatabaseUrl::UnusedRootCertificate),
    }
}

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidDatabaseUrl> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(InvalidDatabaseUrl::Scheme);
        }
        let (address, options) = split_tls_options(text);
        let mut config: Config = address.parse().map_err(|_| InvalidDatabaseUrl::Syntax)?;
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(InvalidDatabaseUrl::NoDatabase);
        }
        let encryption = choose_encryption(options, &config)?;
        config.ssl_mode(match encryption {
            Encryption::None => SslMode::Disable,
            Encryption::Verified { .. } => SslMode::Require,
        });
        config.application_name("chaser-keys");
        Ok(Self { config, encryption })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "localhost".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let user = self.config.get_user().unwrap_or("?");
        write!(formatter, "{user} at {host}:{port}, database {}", self.config.get_dbname().unwrap_or("?"))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encryption_of(url: &str) -> Result<Encryption, InvalidDatabaseUrl> {
        url.parse::<DatabaseUrl>().map(|url| url.encryption().clone())
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted_unless_the_operator_says_otherwise() {
        let verified = || Encryption::Verified { authorities: None };
        let table = [
            ("postgres:///chaser?host=/run/postgresql", Ok(Encryption::None)),
            ("postgres://me@localhost/chaser", Ok(Encryption::None)),
            ("postgres://me@127.0.0.1:5433/chaser", Ok(Encryption::None)),
            ("postgres://me@db.internal/chaser", Ok(verified())),
            ("postgresql://me:p%40ss@db.internal/chaser?sslmode=require", Ok(verified())),
            ("postgres://me@db.internal/chaser?sslmode=disable", Ok(Encryption::None)),
            (
                "postgres://me@localhost/chaser?sslrootcert=/etc/ca.pem",
                Ok(Encryption::Verified { authorities: Some("/etc/ca.pem".into()) }),
            ),
            (
                "postgres://me@db/chaser?sslmode=disable&sslrootcert=/etc/ca.pem",
                Err(InvalidDatabaseUrl::UnusedRootCertificate),
            ),
            ("postgres://me@db/chaser?sslmode=prefer", Err(InvalidDatabaseUrl::SslMode)),
            ("mysql://me@db/chaser", Err(InvalidDatabaseUrl::Scheme)),
            ("postgres://me@db", Err(InvalidDatabaseUrl::NoDatabase)),
            ("postgres://me@db/", Err(InvalidDatabaseUrl::NoDatabase)),
        ];
        for (url, expected) in table {
            assert_eq!(encryption_of(url), expected, "{url}");
        }
    }

    #[test]
    fn neither_an_error_nor_debug_repeats_the_password() {
        for url in [
            "postgres://me:hunter2@db/chaser?port=hunter2",
            "postgres://me:hunter2@db:x/chaser",
            "postgres://me:a?hunter2=@db/chaser",
        ] {
            let error = url.parse::<DatabaseUrl>().unwrap_err();
            assert_eq!(error, InvalidDatabaseUrl::Syntax, "{url}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        let url: DatabaseUrl = "postgres://me:hunter2@db/chaser".parse().unwrap();
        assert_eq!(format!("{url:?}"), "DatabaseUrl(me at db:5432, database chaser)");
    }
}
