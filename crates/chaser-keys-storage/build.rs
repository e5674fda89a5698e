//! Watches `migrations/`: cargo does not see that they are embedded, and tests need a name for the
//! schema that changes with it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let migrations = Path::new("../../migrations");
    println!("cargo::rerun-if-changed={}", migrations.display());
    let mut fingerprint = DefaultHasher::new();
    for file in sql_files(migrations)? {
        println!("cargo::rerun-if-changed={}", file.display());
        std::fs::read_to_string(&file)?.hash(&mut fingerprint);
    }
    println!("cargo::rustc-env=CHASER_SCHEMA_FINGERPRINT={:016x}", fingerprint.finish());
    Ok(())
}

/// All `up.sql` and `down.sql`, in the order in which they run.
fn sql_files(migrations: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(migrations)? {
        let folder = folder?.path();
        files.extend(
            ["up.sql", "down.sql"].map(|name| folder.join(name)).into_iter().filter(|file| file.exists()),
        );
    }
    files.sort();
    Ok(files)
}
