//! Every path that a document names exists: the map sends no reader to a file that was moved.

use std::path::Path;

use crate::assert_none;
use crate::workspace::{Source, crates, files_below, list, read, root, sample};

/// Extensions that make a word a path. Others, such as that of `metadata.toml`, also name files of other projects.
const EXTENSIONS: &[&str] = &["css", "html", "js", "lua", "md", "rs", "sh", "sql", "ts", "txt"];
/// What begins like this is a path from the workspace's root.
const FROM_ROOT: &[&str] = &["bins/", "crates/", "docs/", "e2e/", "migrations/"];
/// Folders of build results and packages.
const NOT_OURS: &[&str] = &["target", "node_modules", "failures"];

/// Decision records: their links lead somewhere, but the paths in them are those of the day.
const OF_THEIR_DAY: &str = "docs/decisions/";

/// The documents that say where things are.
fn documents() -> Vec<Source> {
    let readmes = crates().into_iter().map(|folder| read(&format!("{folder}/README.md")));
    let others = ["README.md", "CHANGELOG.md", "e2e/README.md", "migrations/README.md"].map(read);
    readmes.chain(others).chain(files_below("docs", "md")).collect()
}

/// All files and folders of the workspace; a folder ends with a slash.
fn paths_below(folder: &str, paths: &mut Vec<String>) {
    for name in list(if folder.is_empty() { "." } else { folder }) {
        if name.starts_with('.') || NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{folder}{name}");
        if root().join(&path).is_dir() {
            paths.push(format!("{path}/"));
            paths_below(&format!("{path}/"), paths);
        } else {
            paths.push(path);
        }
    }
}

/// What stands between backticks, outside of blocks of code.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|prose| prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2)))
}

fn looks_like_a_path(word: &str) -> bool {
    let is_written_like_one =
        word.chars().all(|character| character.is_ascii_alphanumeric() || "_-./{},*".contains(character));
    let extension = Path::new(word).extension().and_then(|extension| extension.to_str());
    is_written_like_one
        && word != "mod.rs"
        && !word.starts_with(['/', '.', '*'])
        && !word.split('/').any(|name| NOT_OURS.contains(&name))
        && (extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
            || word.ends_with('/')
            || FROM_ROOT.iter().any(|start| word.starts_with(start)))
}

/// Whether a document in `folder` may name `word`. A README may leave out the beginning of a path in its own folder, a
/// document in `docs` that of any path.
fn exists(word: &str, folder: &str, paths: &[String]) -> bool {
    if FROM_ROOT.iter().any(|start| word.starts_with(start)) && folder != word {
        let below_here = format!("{folder}{word}");
        return paths.iter().any(|path| {
            let path = path.trim_end_matches('/');
            path == word.trim_end_matches('/') || path == below_here.trim_end_matches('/')
        });
    }
    let end = format!("/{word}");
    let beginning = if folder.starts_with("docs/") { "" } else { folder };
    paths.iter().any(|path| path == word || (path.starts_with(beginning) && path.ends_with(&end)))
}

/// The targets of links to files, without the part behind `#`.
fn linked(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets
        .map(|target| target.split('#').next().unwrap_or(target))
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

fn missing(documents: &[Source], paths: &[String]) -> Vec<String> {
    let mut missing = Vec::new();
    for document in documents {
        let folder = document.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let is_checked = |word: &&str| !folder.starts_with(OF_THEIR_DAY) && looks_like_a_path(word);
        let wrong_words =
            quoted(&document.text).filter(is_checked).filter(|word| !exists(word, &folder, paths));
        missing.extend(wrong_words.map(|word| format!("{}: `{word}`", document.path)));
        let wrong_links = linked(&document.text).filter(|target| !root().join(&folder).join(target).exists());
        missing.extend(wrong_links.map(|target| format!("{}: ({target})", document.path)));
    }
    missing
}

#[test]
fn every_path_in_the_documents_exists() {
    let mut paths = Vec::new();
    paths_below("", &mut paths);
    let documents = documents();
    let named =
        documents.iter().flat_map(|document| quoted(&document.text)).filter(|word| looks_like_a_path(word));
    let named = named.count();
    assert!(named > 100, "only {named} paths were found");
    assert_none(&missing(&documents, &paths), "name the file's new place, without braces or stars");
}

#[test]
fn paths_that_do_not_exist_are_found_however_they_are_shortened() {
    let mut paths = Vec::new();
    paths_below("", &mut paths);
    let of = |path: &str, text: &str| missing(&[sample(path, text)], &paths);
    let good = "`crates.rs`, `tests/tidy/crates.rs`, `tests/tidy/`, `docs/ARCHITECTURE.md`, `crates/chaser-keys`; \
        no paths: `/v1/keys`, `application/json`, `a.b()`, `x.rs y`, [a](https://example.com/b), [c](#d)\n\
        ```\n`gone.rs`\n```\n";
    assert_eq!(of("bins/xtask/README.md", good), <[&str; 0]>::default());
    let bad =
        "`gone.rs`, `tests/gone/`, `expiry.rs`, `crates/gone`, `tests/{tidy}/main.rs`, [a](../gone.md#b)";
    let expected = [
        "`gone.rs`",
        "`tests/gone/`",
        "`expiry.rs`",
        "`crates/gone`",
        "`tests/{tidy}/main.rs`",
        "(../gone.md)",
    ];
    assert_eq!(of("bins/xtask/README.md", bad), expected.map(|word| format!("bins/xtask/README.md: {word}")));
    let in_docs = "`src/expiry.rs` and `chaser-keys/src/gone.rs`";
    assert_eq!(of("docs/ARCHITECTURE.md", in_docs), ["docs/ARCHITECTURE.md: `chaser-keys/src/gone.rs`"]);
}
