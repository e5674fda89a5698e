//! How many packages our libraries bring into a service, so that no dependency comes in unnoticed.

use std::collections::BTreeSet;
use std::process::Command;

use crate::workspace::{is_crate, root};
use crate::{Exception, assert_only};

/// What a service builds, and how many packages that may be, ours included.
struct Weight {
    service: &'static str,
    crates: &'static [&'static str],
    features: &'static [&'static str],
    at_most: usize,
}

const WEIGHTS: &[Weight] = &[
    Weight {
        service: "the domain with serde",
        crates: &["chaser-keys"],
        features: &["chaser-keys/serde"],
        at_most: 30,
    },
    Weight { service: "the node", crates: &["chaser-keys-node"], features: &[], at_most: 140 },
    Weight {
        service: "a service on axum",
        crates: &["chaser-keys-node", "chaser-keys-tower", "axum"],
        features: &[],
        at_most: 180,
    },
    Weight {
        service: "a service on actix-web",
        crates: &["chaser-keys-node", "chaser-keys-actix", "actix-web"],
        features: &[],
        at_most: 220,
    },
];

/// Services that are heavier for now.
const TOO_HEAVY_YET: &[Exception] = &[];

/// The packages that cargo would build for these crates on this machine, without those of their tests.
fn packages(crates: &[&str], features: &[&str]) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args(["tree", "--offline", "--locked", "--prefix=none", "--format={p}"]);
    command.args(["--edges=normal", "--no-dedupe"]);
    command.args(crates.iter().map(|package| format!("--package={package}")));
    command.args(features.iter().map(|feature| format!("--features={feature}")));
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    // `name v1.0.0 (proc-macro)`
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Crates that are not there yet are not weighed.
fn exists(package: &str) -> bool {
    !package.starts_with("chaser-keys") || is_crate(&format!("crates/{package}"))
}

#[test]
fn our_libraries_bring_few_packages_into_a_service() {
    let mut too_heavy = Vec::new();
    for Weight { service, crates, features, at_most } in WEIGHTS {
        if !crates.iter().all(|package| exists(package)) {
            println!("{service}: not there yet");
            continue;
        }
        let packages = packages(crates, features);
        println!("{service}: {} packages of at most {at_most}", packages.len());
        assert!(packages.len() > 10, "cargo tree found only {packages:?}");
        too_heavy.extend((packages.len() > *at_most).then(|| (*service).to_owned()));
    }
    assert_only(&too_heavy, TOO_HEAVY_YET, "do without the new dependency; `cargo tree` shows who brings it");
}

#[test]
fn the_node_is_built_without_diesel() {
    if exists("chaser-keys-node") {
        assert!(
            !packages(&["chaser-keys-node"], &[]).contains("diesel"),
            "the node speaks tokio-postgres only"
        );
    }
    assert!(packages(&["chaser-keys-storage"], &[]).contains("diesel"), "cargo tree does not tell");
}
