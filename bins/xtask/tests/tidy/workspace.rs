//! Reads the workspace's files.

use std::fs;
use std::path::{Path, PathBuf};

/// A file, its path relative to the workspace's root.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A file that a test makes up.
pub(crate) fn sample(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn read(path: &str) -> Source {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Source { path: path.to_owned(), text }
}

/// The names in a folder, sorted; none if there is no such folder.
pub(crate) fn list(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// The folders of all crates: `crates/…` and `bins/…`.
pub(crate) fn crates() -> Vec<String> {
    let folders = ["crates", "bins"].map(|parent| {
        list(parent).into_iter().map(move |name| format!("{parent}/{name}")).filter(|path| is_crate(path))
    });
    folders.into_iter().flatten().collect()
}

pub(crate) fn is_crate(folder: &str) -> bool {
    root().join(folder).join("Cargo.toml").is_file()
}

pub(crate) fn manifests() -> Vec<Source> {
    crates().iter().map(|folder| read(&format!("{folder}/Cargo.toml"))).collect()
}

/// All Rust files below these folders of each crate.
pub(crate) fn rust_files(folders: &[&str]) -> Vec<Source> {
    let paths = crates()
        .into_iter()
        .flat_map(|member| folders.iter().map(move |folder| format!("{member}/{folder}")));
    paths.flat_map(|folder| files_below(&folder, "rs")).collect()
}

/// All files below a folder whose names end with `.extension`.
pub(crate) fn files_below(folder: &str, extension: &str) -> Vec<Source> {
    let paths = list(folder).into_iter().map(|name| format!("{folder}/{name}"));
    paths
        .flat_map(|path| {
            if root().join(&path).is_dir() {
                files_below(&path, extension)
            } else if Path::new(&path).extension().is_some_and(|end| end == extension) {
                vec![read(&path)]
            } else {
                Vec::new()
            }
        })
        .collect()
}
