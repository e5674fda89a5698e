//! Where a run keeps its data, as the command line says.

use std::path::PathBuf;

use clap::Args;

use crate::checkout;

#[derive(Args)]
pub(crate) struct DataLocation {
    /// Use a temporary database, which is removed when the run ends
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// Where to keep the data [default: .local in the checkout]
    #[arg(long, value_name = "PATH", conflicts_with = "ephemeral")]
    directory: Option<PathBuf>,
}

impl DataLocation {
    pub(crate) fn directory(&self) -> PathBuf {
        self.directory.clone().unwrap_or_else(checkout::kept_directory)
    }
}
