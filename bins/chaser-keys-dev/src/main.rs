#![doc = include_str!("../README.md")]

mod calls;
mod checkout;
mod cli;
mod data_location;
mod database;
mod db;
mod failure;
mod listeners;
mod output;
mod pepper;
mod ready;
mod seed;
mod up;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::failure(&failure);
            ExitCode::FAILURE
        }
    }
}
