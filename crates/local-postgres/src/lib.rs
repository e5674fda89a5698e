#![doc = include_str!("../README.md")]

mod cluster_dir;
mod cluster_files;
mod database_url;
mod directories;
mod environment;
mod error;
mod file_lock;
mod initdb;
mod installation;
mod installing;
mod local_postgres;
mod operating_user;
mod options;
mod postmaster_pid;
mod server_process;
mod sql;
mod stale_state;
mod test_cluster;
mod test_database;
mod test_template;

pub use error::{BoxError, LocalPostgresError};
pub use file_lock::FileLock;
pub use local_postgres::LocalPostgres;
pub use options::{DataDirectory, Durability, Options};
pub use test_database::TestDatabase;
