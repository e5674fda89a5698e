//! The workspace is as drawn: what no compiler checks and no reviewer should have to.
//!
//! A check is a function from texts to violations, so that each test shows two things: the workspace has
//! none, and a small bad sample has one. It lives with the domain because that crate is always tested.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

// ---- Reading the workspace. ----

/// A file of the workspace, its path relative to the root.
struct Source {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> Source {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Source { path: path.to_owned(), text }
}

/// The names in a folder, sorted; none if there is no such folder.
fn list(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// The folders of all crates: `crates/…` and `bins/…`.
fn crates() -> Vec<String> {
    let folders = ["crates", "bins"].map(|parent| {
        list(parent).into_iter().map(move |name| format!("{parent}/{name}")).filter(|path| is_crate(path))
    });
    folders.into_iter().flatten().collect()
}

fn is_crate(folder: &str) -> bool {
    root().join(folder).join("Cargo.toml").is_file()
}

fn manifests() -> Vec<Source> {
    crates().iter().map(|folder| read(&format!("{folder}/Cargo.toml"))).collect()
}

/// All Rust files below these folders of each crate.
fn rust_files(folders: &[&str]) -> Vec<Source> {
    let mut files = Vec::new();
    for member in crates() {
        for folder in folders {
            collect_rust_files(&format!("{member}/{folder}"), &mut files);
        }
    }
    files
}

fn collect_rust_files(folder: &str, files: &mut Vec<Source>) {
    for name in list(folder) {
        let path = format!("{folder}/{name}");
        if root().join(&path).is_dir() {
            collect_rust_files(&path, files);
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
            files.push(read(&path));
        }
    }
}

fn sample(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

#[track_caller]
fn assert_none(violations: &[String], what_to_do: &str) {
    assert!(violations.is_empty(), "\n{what_to_do}:\n  {}\n", violations.join("\n  "));
}

/// The paths of the files for which something holds.
fn paths_where(files: &[Source], holds: impl Fn(&Source) -> bool) -> Vec<String> {
    files.iter().filter(|file| holds(file)).map(|file| file.path.clone()).collect()
}

// ---- Modules. ----

fn modules_without_head(files: &[Source]) -> Vec<String> {
    paths_where(files, |file| !file.text.starts_with("//!") && !file.text.starts_with("#![doc"))
}

#[test]
fn every_module_begins_by_saying_what_it_is_for() {
    let files = rust_files(&["src"]);
    assert!(files.len() > 20, "the walk found only {} files", files.len());
    assert_none(&modules_without_head(&files), "begin these files with `//! ` and what they are for");

    let bad = [sample("a.rs", "use std::fmt;\n"), sample("b.rs", "//! Fine.\n"), sample("c.rs", "")];
    assert_eq!(modules_without_head(&bad), ["a.rs", "c.rs"]);
}

/// Longer than 300 lines, and why that is right.
const LONG_FILES: &[(&str, &str)] = &[];

fn long_files(files: &[Source], excused: &[(&str, &str)]) -> Vec<String> {
    let is_excused = |file: &Source| excused.iter().any(|(path, _)| *path == file.path);
    paths_where(files, |file| file.text.lines().count() > 300 && !is_excused(file))
}

#[test]
fn no_source_file_is_longer_than_300_lines() {
    assert_none(
        &long_files(&rust_files(&["src"]), LONG_FILES),
        "split these files by what they are for, or list them in LONG_FILES with the reason",
    );

    let bad = [sample("short.rs", &"\n".repeat(300)), sample("long.rs", &"\n".repeat(301))];
    assert_eq!(long_files(&bad, &[]), ["long.rs"]);
    assert!(long_files(&bad, &[("long.rs", "a table")]).is_empty());
}

/// Split in two, so that this file does not contain them.
const UNFINISHED: &[&str] = &[concat!("todo", "!("), concat!("dbg", "!("), concat!("#[ign", "ore")];

fn unfinished(files: &[Source]) -> Vec<String> {
    paths_where(files, |file| UNFINISHED.iter().any(|mark| file.text.contains(mark)))
}

#[test]
fn nothing_is_left_unfinished_and_no_test_is_switched_off() {
    assert_none(
        &unfinished(&rust_files(&["src", "tests", "benches"])),
        "finish what is marked as to do, take out debugging output, mend or delete tests that are switched off",
    );

    for mark in UNFINISHED {
        assert_eq!(unfinished(&[sample("bad.rs", &format!("fn f() {{ {mark} }}"))]), ["bad.rs"], "{mark}");
    }
}

/// What the pure domain may not name.
const IMPURE: &[&str] =
    &["std::env", "std::fs", "std::io", "std::net", "std::process", "std::thread", "std::time"];

fn impure(files: &[Source]) -> Vec<String> {
    paths_where(files, |file| IMPURE.iter().any(|path| file.text.contains(path)))
}

#[test]
fn the_domain_has_no_io_no_clock_and_no_environment() {
    let mut domain = Vec::new();
    collect_rust_files("crates/chaser-keys/src", &mut domain);
    assert!(domain.len() > 10, "the walk found only {} files", domain.len());
    assert_none(
        &impure(&domain),
        "let the caller pass the value in, and do the input and output above the domain",
    );

    assert_eq!(impure(&[sample("bad.rs", "let now = std::time::SystemTime::now();")]), ["bad.rs"]);
}

// ---- Crates. ----

/// Which of our crates each crate may be built on. Tests are freer: see [`built_on`].
const EDGES: &[(&str, &[&str])] = &[
    ("chaser-keys", &[]),
    ("chaser-keys-service", &["chaser-keys"]),
    ("chaser-keys-actix", &["chaser-keys-service"]),
    ("chaser-keys-tower", &["chaser-keys-service"]),
    ("chaser-keys-storage", &["chaser-keys", "chaser-keys-service"]),
    ("chaser-keys-http", &["chaser-keys", "chaser-keys-service", "chaser-keys-storage"]),
    ("chaser-keys-server", &["chaser-keys", "chaser-keys-storage", "chaser-keys-http"]),
    ("local-postgres", &[]),
    (
        "chaser-keys-dev",
        &["chaser-keys", "chaser-keys-storage", "chaser-keys-http", "chaser-keys-server", "local-postgres"],
    ),
];

fn parse(manifest: &Source) -> toml::Table {
    manifest.text.parse().unwrap_or_else(|error| panic!("{}: {error}", manifest.path))
}

fn name_of(manifest: &toml::Table) -> &str {
    manifest["package"]["name"].as_str().expect("a name")
}

/// The packages in these sections of a manifest, also in `[target.….dependencies]`, by their real names.
fn packages_in(manifest: &toml::Table, sections: &[&str]) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = targets.into_iter().flat_map(|targets| targets.values().filter_map(toml::Value::as_table));
    let mut packages = Vec::new();
    for table in tables.chain([manifest]) {
        for section in sections {
            let dependencies = table.get(*section).and_then(toml::Value::as_table);
            for (name, details) in dependencies.into_iter().flatten() {
                let renamed = details.get("package").and_then(toml::Value::as_str);
                packages.push(renamed.unwrap_or(name).to_owned());
            }
        }
    }
    packages
}

/// What goes into the product; dev-dependencies do not, so storage's tests may use `local-postgres`.
fn built_on(manifest: &toml::Table) -> Vec<String> {
    packages_in(manifest, &["dependencies", "build-dependencies"])
}

fn named_by(manifest: &toml::Table) -> Vec<String> {
    packages_in(manifest, &["dependencies", "build-dependencies", "dev-dependencies"])
}

fn wrong_edges(manifests: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for manifest in manifests.iter().map(parse) {
        let name = name_of(&manifest);
        let Some((_, allowed)) = EDGES.iter().find(|(drawn, _)| *drawn == name) else {
            wrong.push(format!("{name} is not drawn"));
            continue;
        };
        for package in built_on(&manifest) {
            let is_ours = EDGES.iter().any(|(ours, _)| *ours == package);
            if is_ours && !allowed.contains(&package.as_str()) {
                wrong.push(format!("{name} -> {package}"));
            }
        }
    }
    wrong
}

#[test]
fn crates_depend_on_one_another_as_drawn() {
    let manifests = manifests();
    assert_eq!(manifests.len(), EDGES.len(), "draw every crate in EDGES, and no other");
    assert_none(
        &wrong_edges(&manifests),
        "move the code to where it may use what it needs; only a new layer changes EDGES and docs",
    );

    let bad = [
        sample("1", "[package]\nname = 'chaser-keys'\n[dependencies]\nchaser-keys-storage.workspace = true"),
        sample(
            "2",
            "[package]\nname = 'local-postgres'\n[build-dependencies]\ndomain = { package = 'chaser-keys' }",
        ),
        sample(
            "3",
            "[package]\nname = 'chaser-keys-http'\n[target.'cfg(unix)'.dependencies]\nlocal-postgres = '1'",
        ),
        sample("4", "[package]\nname = 'chaser-keys-utils'"),
        sample("5", "[package]\nname = 'chaser-keys-http'\n[dev-dependencies]\nlocal-postgres = '1'"),
    ];
    let expected = [
        "chaser-keys -> chaser-keys-storage",
        "local-postgres -> chaser-keys",
        "chaser-keys-http -> local-postgres",
        "chaser-keys-utils is not drawn",
    ];
    assert_eq!(wrong_edges(&bad), expected);
}

/// Families of packages, and the crates that may name each.
const HOMES: &[(&[&str], &[&str])] = &[
    (&["diesel", "diesel-async", "diesel_migrations"], &["chaser-keys-storage"]),
    (&["actix-web", "actix-http", "actix-service"], &["chaser-keys-http", "chaser-keys-actix"]),
];

fn strays(manifests: &[Source]) -> Vec<String> {
    let mut strays = Vec::new();
    for manifest in manifests.iter().map(parse) {
        for package in named_by(&manifest) {
            let homes = HOMES.iter().find(|(family, _)| family.contains(&package.as_str()));
            if homes.is_some_and(|(_, homes)| !homes.contains(&name_of(&manifest))) {
                strays.push(format!("{} names {package}", name_of(&manifest)));
            }
        }
    }
    strays
}

#[test]
fn diesel_is_named_by_storage_alone_and_actix_by_the_crates_for_it() {
    let manifests = manifests();
    assert_none(&strays(&manifests), "give storage or http a function for it, and call that");
    for (family, homes) in HOMES {
        for home in *homes {
            let named = manifests.iter().map(parse).any(|manifest| {
                name_of(&manifest) == *home && named_by(&manifest).iter().any(|package| package == family[0])
            });
            assert!(named, "{home} does not name {}: correct HOMES", family[0]);
        }
    }

    let bad = [
        sample("1", "[package]\nname = 'chaser-keys-http'\n[dependencies]\ndiesel = '2'\nactix-web = '4'"),
        sample(
            "2",
            "[package]\nname = 'chaser-keys-server'\n[dev-dependencies]\nweb = { package = 'actix-web' }",
        ),
    ];
    assert_eq!(strays(&bad), ["chaser-keys-http names diesel", "chaser-keys-server names actix-web"]);
}

fn locks(lockfile: &str, package: &str) -> bool {
    lockfile.lines().any(|line| line == format!("name = \"{package}\""))
}

#[test]
fn nothing_links_against_libpq() {
    let lockfile = read("Cargo.lock").text;
    assert!(locks(&lockfile, "diesel"), "this is not our Cargo.lock");
    assert!(
        !locks(&lockfile, "pq-sys"),
        "pq-sys links against the C library libpq: take diesel with `postgres_backend`, never `postgres`; \
         `cargo tree -i pq-sys` says who asks for it"
    );

    assert!(locks("[[package]]\nname = \"pq-sys\"\nversion = \"0.7.0\"\n", "pq-sys"));
}

/// Whether a crate's root file takes its documentation from the README.
fn shows_readme(crate_root: &str) -> bool {
    crate_root.contains(r#"#![doc = include_str!("../README.md")]"#)
}

#[test]
fn every_crate_has_a_readme_that_is_its_documentation() {
    let without: Vec<_> = crates()
        .into_iter()
        .filter(|folder| {
            let is_library = root().join(folder).join("src/lib.rs").is_file();
            let crate_root = read(&format!("{folder}/src/{}.rs", if is_library { "lib" } else { "main" }));
            let readme = fs::read_to_string(root().join(folder).join("README.md")).unwrap_or_default();
            readme.trim().is_empty() || !shows_readme(&crate_root.text)
        })
        .collect();
    assert_none(
        &without,
        r#"write README.md and begin the crate with #![doc = include_str!("../README.md")]"#,
    );

    assert!(!shows_readme("//! A crate of its own words.\n"));
}

// ---- Migrations. ----

/// What `up.sql` creates and nobody explains: tables as `table`, columns as `table.column`.
fn uncommented(sql: &str) -> Vec<String> {
    let sql = sql.to_lowercase();
    let commented = |kind: &str, name: &str| {
        sql.split_whitespace()
            .collect::<Vec<_>>()
            .windows(5)
            .any(|words| words[..3] == ["comment", "on", kind] && words[3] == name && words[4] == "is")
    };
    let mut missing = Vec::new();
    for (table, columns) in tables(&sql) {
        if !commented("table", &table) {
            missing.push(table.clone());
        }
        let names = columns.iter().map(|column| format!("{table}.{column}"));
        missing.extend(names.filter(|name| !commented("column", name)));
    }
    for (table, column) in added_columns(&sql) {
        let name = format!("{table}.{column}");
        missing.extend((!commented("column", &name)).then_some(name));
    }
    missing
}

/// The tables that a script creates, each with its columns.
fn tables(sql: &str) -> Vec<(String, Vec<String>)> {
    statements(sql)
        .into_iter()
        .filter_map(|statement| {
            let (head, body) = statement.split_once('(')?;
            let words: Vec<_> = head.split_whitespace().collect();
            let is_table = words.first() == Some(&"create") && words.contains(&"table");
            is_table.then(|| (words.last().expect("a name").to_string(), columns(body)))
        })
        .collect()
}

/// The columns that a script adds to tables, each with its table.
fn added_columns(sql: &str) -> Vec<(String, String)> {
    let mut added = Vec::new();
    for statement in statements(sql) {
        let words: Vec<_> =
            statement.split_whitespace().filter(|word| !["if", "not", "exists"].contains(word)).collect();
        if words.starts_with(&["alter", "table"]) {
            let pairs = words.windows(3).filter(|three| three[..2] == ["add", "column"]);
            added.extend(pairs.map(|three| (words[2].to_owned(), three[2].to_owned())));
        }
    }
    added
}

/// A script's statements without `--` comments; each ends with a `;` at the end of a line.
fn statements(sql: &str) -> Vec<String> {
    let code: Vec<_> = sql.lines().map(without_comment).collect();
    code.join("\n").split(";\n").map(|statement| statement.trim().to_owned()).collect()
}

/// Two hyphens after an odd number of quotes stand inside a text.
fn without_comment(line: &str) -> &str {
    let mut hyphens = line.match_indices("--").map(|(start, _)| &line[..start]);
    hyphens.find(|code| code.matches('\'').count() % 2 == 0).unwrap_or(line).trim_end()
}

/// The first word of each entry between the outer parentheses, constraints left out.
fn columns(body: &str) -> Vec<String> {
    let mut depth = 0;
    let mut entries = vec![String::new()];
    for character in body.chars() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => entries.push(String::new()),
            _ if depth == 0 => entries.last_mut().expect("an entry").push(character),
            _ => {}
        }
    }
    let first_words = entries.iter().filter_map(|entry| entry.split_whitespace().next());
    let constraints = ["constraint", "primary", "unique", "check", "foreign", "exclude", "like"];
    first_words.filter(|word| !constraints.contains(word)).map(str::to_owned).collect()
}

fn migrations() -> Vec<String> {
    let folders = list("migrations").into_iter().map(|name| format!("migrations/{name}"));
    folders.filter(|path| root().join(path).is_dir()).collect()
}

#[test]
fn every_migration_goes_up_and_down() {
    let migrations = migrations();
    assert!(!migrations.is_empty(), "the walk found no migration");
    let mut one_way = String::new();
    for folder in &migrations {
        for script in ["up.sql", "down.sql"] {
            let text = fs::read_to_string(root().join(folder).join(script)).unwrap_or_default();
            if text.trim().is_empty() {
                let _ = write!(one_way, "\n  {folder}/{script}");
            }
        }
    }
    assert!(one_way.is_empty(), "write these scripts:{one_way}");
}

#[test]
fn every_table_and_column_is_explained_in_the_database() {
    let ups: Vec<_> = migrations().iter().map(|folder| read(&format!("{folder}/up.sql"))).collect();
    let tables: Vec<_> = ups.iter().flat_map(|up| tables(&up.text.to_lowercase())).collect();
    assert!(tables.len() > 5, "the walk found only {} tables", tables.len());
    assert!(tables.iter().all(|(_, columns)| !columns.is_empty()), "a table without columns: {tables:?}");
    let missing: Vec<_> = ups
        .iter()
        .flat_map(|up| uncommented(&up.text).into_iter().map(|name| format!("{}: {name}", up.path)))
        .collect();
    assert_none(&missing, "say what these are with `comment on table …` and `comment on column …`");

    let bad = "
        create unlogged table nodes (   -- a comment; with (everything), in it
            node_id uuid primary key,
            beat    bigint not null check (beat in (1, 2)),
            kind    numeric(4, 2),
            constraint nodes_beat check (beat > 0),
            primary key (node_id, beat)
        );
        comment on column nodes.beat is 'Counts -- and says: create table x (y int);';   -- so it does
        alter table nodes
            add column if not exists seen timestamptz,
            add column zone text;
        comment on column nodes.zone is 'Where.';
    ";
    assert_eq!(uncommented(bad), ["nodes", "nodes.node_id", "nodes.kind", "nodes.seen"]);
}
