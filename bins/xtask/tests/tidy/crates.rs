//! Crates depend on one another, and on heavy packages, as drawn.

use std::fs;

use crate::assert_none;
use crate::workspace::{Source, crates, manifests, read, root, sample};

/// Which of our crates each crate may be built on, from the lowest layer up. Tests are freer: see [`built_on`].
const EDGES: &[(&str, &[&str])] = &[
    ("chaser-keys", &[]),
    ("chaser-keys-service", &["chaser-keys"]),
    ("chaser-keys-actix", &["chaser-keys", "chaser-keys-service"]),
    ("chaser-keys-tower", &["chaser-keys", "chaser-keys-service"]),
    ("chaser-keys-node", &["chaser-keys", "chaser-keys-service"]),
    // local-postgres for the feature `testing`.
    ("chaser-keys-storage", &["chaser-keys", "chaser-keys-service", "chaser-keys-node", "local-postgres"]),
    ("chaser-keys-http", &["chaser-keys", "chaser-keys-service", "chaser-keys-node", "chaser-keys-storage"]),
    (
        "chaser-keys-server",
        &[
            "chaser-keys",
            "chaser-keys-service",
            "chaser-keys-node",
            "chaser-keys-storage",
            "chaser-keys-http",
        ],
    ),
    ("local-postgres", &[]),
    (
        "chaser-keys-dev",
        &["chaser-keys", "chaser-keys-node", "chaser-keys-storage", "chaser-keys-server", "local-postgres"],
    ),
];

/// Crates that are part of no product, and may use anything.
const TOOLS: &[&str] = &["chaser-keys-bench", "xtask"];

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
        if TOOLS.contains(&name) {
            continue;
        }
        let Some((_, allowed)) = EDGES.iter().find(|(drawn, _)| *drawn == name) else {
            wrong.push(format!("{name} is not drawn"));
            continue;
        };
        for package in built_on(&manifest) {
            let is_ours = EDGES.iter().any(|(ours, _)| *ours == package) || TOOLS.contains(&package.as_str());
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
        sample("6", "[package]\nname = 'chaser-keys-dev'\n[dependencies]\nchaser-keys-bench = '1'"),
    ];
    let expected = [
        "chaser-keys -> chaser-keys-storage",
        "local-postgres -> chaser-keys",
        "chaser-keys-http -> local-postgres",
        "chaser-keys-utils is not drawn",
        "chaser-keys-dev -> chaser-keys-bench",
    ];
    assert_eq!(wrong_edges(&bad), expected);
}

/// Families of packages, and the crates of the product that may name them.
const HOMES: &[(&[&str], &[&str])] = &[
    (&["diesel", "diesel-async", "diesel_migrations"], &["chaser-keys-storage"]),
    (&["actix-web", "actix-http", "actix-service"], &["chaser-keys-http", "chaser-keys-actix"]),
];

fn strays(manifests: &[Source]) -> Vec<String> {
    let mut strays = Vec::new();
    for manifest in manifests.iter().map(parse) {
        let name = name_of(&manifest);
        for package in named_by(&manifest).iter().map(String::as_str) {
            let homes = HOMES.iter().find(|(family, _)| family.contains(&package)).map(|(_, homes)| homes);
            if homes.is_some_and(|homes| !homes.contains(&name)) && !TOOLS.contains(&name) {
                strays.push(format!("{name} names {package}"));
            }
        }
    }
    strays
}

#[test]
fn diesel_is_named_by_storage_alone_and_actix_where_http_is_spoken() {
    let manifests = manifests();
    assert_none(&strays(&manifests), "give a crate of HOMES a function for it, and call that");
    for (family, homes) in HOMES {
        let named = manifests.iter().map(parse).any(|manifest| {
            homes.contains(&name_of(&manifest))
                && named_by(&manifest).iter().any(|package| package == family[0])
        });
        assert!(named, "none of {homes:?} names {}: correct HOMES", family[0]);
    }

    let bad = [
        sample("1", "[package]\nname = 'chaser-keys-http'\n[dependencies]\ndiesel = '2'\nactix-web = '4'"),
        sample(
            "2",
            "[package]\nname = 'chaser-keys-server'\n[dev-dependencies]\nweb = { package = 'actix-web' }",
        ),
        sample("3", "[package]\nname = 'chaser-keys-node'\n[dependencies]\ndiesel = '2'"),
    ];
    let expected = [
        "chaser-keys-http names diesel",
        "chaser-keys-server names actix-web",
        "chaser-keys-node names diesel",
    ];
    assert_eq!(strays(&bad), expected);
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
