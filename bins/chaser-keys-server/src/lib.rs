#![doc = include_str!("../README.md")]

mod cli;
mod commands;
mod config;
mod core_dumps;
mod failure;
mod listeners;
mod new_user;
mod output;
mod panic_hook;
mod serving;
mod startup;
mod stop_signals;
mod telemetry;

pub use chaser_keys_http::Listeners;
pub use cli::main;
pub use config::{
    ConfigErrors, ListenConfig, LogConfig, LogFormat, LogSettings, MigrateAtStart, ServeConfig, StoreConfig,
};
pub use failure::Failure;
pub use listeners::bind;
pub use new_user::create_user;
pub use serving::serve;
pub use startup::{migrate, open_store};
pub use stop_signals::StopSignals;
pub use telemetry::install as install_telemetry;
