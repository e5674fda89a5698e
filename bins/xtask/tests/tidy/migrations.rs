//! Every migration can be undone. (Storage's tests ask the catalog whether every column has a comment.)

use std::fs;

use crate::assert_none;
use crate::workspace::{list, root};

/// The scripts that are missing or empty, of the migrations in a folder of the workspace.
fn missing_scripts(folder: &str) -> Vec<String> {
    let migrations = list(folder).into_iter().map(|name| format!("{folder}/{name}"));
    let scripts = migrations
        .filter(|path| root().join(path).is_dir())
        .flat_map(|migration| ["up.sql", "down.sql"].map(|script| format!("{migration}/{script}")));
    scripts
        .filter(|script| fs::read_to_string(root().join(script)).unwrap_or_default().trim().is_empty())
        .collect()
}

#[test]
fn every_migration_goes_up_and_down() {
    assert!(list("migrations").len() > 5, "the walk found {:?}", list("migrations"));
    assert_none(&missing_scripts("migrations"), "write these scripts");

    // A folder whose folders are no migrations.
    assert!(missing_scripts("bins").contains(&"bins/xtask/up.sql".to_owned()));
}
