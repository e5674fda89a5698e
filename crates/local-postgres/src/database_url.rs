//! A database's URL over the private socket, as tokio-postgres and psql both read it.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub(crate) const SUPERUSER: &str = "postgres";

pub(crate) fn database_url(socket_directory: &Path, port: &str, database: &str) -> String {
    let host = percent_encode(socket_directory.as_os_str().as_bytes());
    let database = percent_encode(database.as_bytes());
    format!("postgresql:///{database}?host={host}&port={port}&user={SUPERUSER}")
}

fn percent_encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_socket_the_port_and_the_database() {
        let url = database_url(Path::new("/tmp/a b/söcket"), "5432", "my database");
        assert_eq!(
            url,
            "postgresql:///my%20database?host=%2Ftmp%2Fa%20b%2Fs%C3%B6cket&port=5432&user=postgres"
        );
        let config: tokio_postgres::Config = url.parse().unwrap();
        assert_eq!(config.get_dbname(), Some("my database"));
        assert_eq!(config.get_hosts(), [tokio_postgres::config::Host::Unix("/tmp/a b/söcket".into())]);
    }
}
