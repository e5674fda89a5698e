#![doc = include_str!("../README.md")]

mod cluster_files;
mod database_url;
mod directory_lock;
mod environment;
mod error;
mod home;
mod initdb;
mod installation;
mod installing;
mod leftovers;
mod local_postgres;
mod operating_user;
mod options;
mod places;
mod postmaster_pid;
mod server_process;
mod sql;
mod test_cluster;
mod test_database;
mod test_template;

pub use error::{BoxError, LocalPostgresError};
pub use local_postgres::LocalPostgres;
pub use options::{DataDirectory, Durability, Options};
pub use test_database::TestDatabase;
