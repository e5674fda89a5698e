//! What holds for each source file by itself.

use crate::rust_text::{RustText, without_test_items};
use crate::workspace::{Source, files_below, rust_files, sample};
use crate::{Exception, assert_none, assert_only};

/// The paths of the files for which something holds.
fn paths_where(files: &[Source], holds: impl Fn(&Source) -> bool) -> Vec<String> {
    files.iter().filter(|file| holds(file)).map(|file| file.path.clone()).collect()
}

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
const LONG_FILES: &[Exception] = &[];

fn long_files(files: &[Source]) -> Vec<String> {
    paths_where(files, |file| file.text.lines().count() > 300)
}

#[test]
fn no_source_file_is_longer_than_300_lines() {
    assert_only(
        &long_files(&rust_files(&["src"])),
        LONG_FILES,
        "split these files by what they are for, or list them in LONG_FILES with the reason",
    );

    let bad = [sample("short.rs", &"\n".repeat(300)), sample("long.rs", &"\n".repeat(301))];
    assert_eq!(long_files(&bad), ["long.rs"]);
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
        "finish what is marked as to do, take out debugging output, fix or delete tests that are switched off",
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
    let domain = files_below("crates/chaser-keys/src", "rs");
    assert!(domain.len() > 10, "the walk found only {} files", domain.len());
    assert_none(
        &impure(&domain),
        "let the caller pass the value in, and do the input and output above the domain",
    );

    assert_eq!(impure(&[sample("bad.rs", "let now = std::time::SystemTime::now();")]), ["bad.rs"]);
}

/// Modules that still define types in their `mod.rs`.
const TYPES_IN_MOD: &[Exception] = &[];

/// What begins a definition of a type at the beginning of a line.
const DEFINITIONS: &[&str] = &["struct ", "enum ", "union ", "trait "];

fn types_in_mod(files: &[Source]) -> Vec<String> {
    paths_where(files, |file| {
        let code = without_test_items(&RustText::of(&file.text).code);
        let mut items = code.lines().map(without_visibility);
        file.path.ends_with("/mod.rs")
            && items.any(|line| DEFINITIONS.iter().any(|word| line.starts_with(word)))
    })
}

/// `pub(crate) struct …` as `struct …`.
fn without_visibility(line: &str) -> &str {
    let Some(after) = line.strip_prefix("pub") else { return line };
    let after =
        after.strip_prefix('(').and_then(|inside| inside.split_once(')')).map_or(after, |(_, rest)| rest);
    after.trim_start()
}

#[test]
fn types_do_not_live_in_mod_rs() {
    assert_only(
        &types_in_mod(&rust_files(&["src"])),
        TYPES_IN_MOD,
        "move these types to files of their own names: `mod.rs` is the last place where they are looked for",
    );

    let bad = [
        sample("a/mod.rs", "//! A.\npub(crate) struct A;\n"),
        sample(
            "b/mod.rs",
            "//! B.\n/// struct\nmod b;\npub use b::B;\n#[cfg(test)]\nmod tests {\nstruct T;\n}\n",
        ),
        sample("c/c.rs", "//! C.\nstruct C;\n"),
        sample("d/mod.rs", "enum D {}\n"),
    ];
    assert_eq!(types_in_mod(&bad), ["a/mod.rs", "d/mod.rs"]);
}
