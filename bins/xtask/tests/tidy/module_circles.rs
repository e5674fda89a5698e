//! The top-level modules of a crate form layers: none can reach itself through its imports.
//!
//! In a circle no module can be understood, tested or moved without all others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::rust_text::{RustText, without_test_items};
use crate::workspace::{Source, crates, files_below, sample};
use crate::{Exception, assert_none, assert_only};

/// Crates whose modules still import each other in a circle.
const NOT_CLEAN_YET: &[Exception] = &[
    ("crates/chaser-keys", "the two kinds of key know each other"),
    ("crates/chaser-keys-storage", "every module names `crate::Store`"),
];

/// Who imports whom among a crate's top-level modules, each with the first file that does it.
type Imports = BTreeMap<String, BTreeMap<String, String>>;

/// The imports that are part of a circle, in a crate's files.
fn circles(folder: &str, files: &[Source]) -> Vec<String> {
    let imports = imports(folder, files);
    let mut found = Vec::new();
    for (importer, imported) in &imports {
        for (module, file) in imported {
            if reaches(&imports, module, importer) {
                found.push(format!("{importer} -> {module} ({file})"));
            }
        }
    }
    found
}

fn reaches(imports: &Imports, from: &str, to: &str) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        if module == to {
            return true;
        }
        if seen.insert(module) {
            open.extend(imports.get(module).into_iter().flat_map(BTreeMap::keys).map(String::as_str));
        }
    }
    false
}

fn imports(folder: &str, files: &[Source]) -> Imports {
    let modules: BTreeSet<String> =
        files.iter().filter_map(|file| module_path(folder, file).first().cloned()).collect();
    let of_tests = test_files(folder, files);
    let roots: Vec<_> = files.iter().filter(|file| module_path(folder, file).is_empty()).collect();
    let reexports: BTreeMap<_, _> = roots.iter().flat_map(|root| reexports(&root.text)).collect();
    let mut imports = Imports::new();
    for file in files {
        let path = module_path(folder, file);
        let Some(importer) = path.first() else { continue };
        if of_tests.iter().any(|of_test| path.starts_with(of_test)) {
            continue;
        }
        let code = without_test_items(&RustText::of(&file.text).code);
        for name in names_in_root(&code, path.len()) {
            let module = reexports.get(&name).unwrap_or(&name);
            if modules.contains(module) && module != importer {
                let of_importer = imports.entry(importer.clone()).or_default();
                of_importer.entry(module.clone()).or_insert_with(|| file.path.clone());
            }
        }
    }
    imports
}

/// `["a", "b"]` for `src/a/b.rs` and for `src/a/b/mod.rs`; nothing for the crate's root.
fn module_path(folder: &str, file: &Source) -> Vec<String> {
    let inside = file.path.strip_prefix(&format!("{folder}/src/")).expect("a file of the crate");
    let path = inside.trim_end_matches(".rs");
    let mut parts: Vec<_> = path.split('/').map(str::to_owned).collect();
    if ["mod", "lib", "main"].contains(&parts.last().map_or("", String::as_str)) {
        parts.pop();
    }
    parts
}

/// The modules in files of their own that only tests have: `#[cfg(test)] mod name;`.
fn test_files(folder: &str, files: &[Source]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for file in files {
        let code = RustText::of(&file.text).code;
        let kept = modules_declared(&without_test_items(&code));
        for name in modules_declared(&code).difference(&kept) {
            found.push([module_path(folder, file), vec![name.clone()]].concat());
        }
    }
    found
}

fn modules_declared(code: &str) -> BTreeSet<String> {
    let declared = code.lines().filter_map(|line| line.trim().strip_suffix(';'));
    declared.filter_map(|line| line.rsplit_once("mod ").map(|(_, name)| name.trim().to_owned())).collect()
}

/// What the crate's root re-exports, with the top-level module that it is from.
fn reexports(root: &str) -> Vec<(String, String)> {
    let code = RustText::of(root).code;
    let statements =
        code.split(';').filter_map(|statement| statement.split_once("use ").map(|(_, path)| path));
    let paths = statements.filter_map(|path| path.trim().trim_start_matches("crate::").split_once("::"));
    paths
        .flat_map(|(module, rest)| {
            let names = rest.split([',', '{', '}']).map(|path| path.rsplit("::").next().unwrap_or(path));
            names.map(move |name| {
                (name.rsplit(" as ").next().unwrap_or(name).trim().to_owned(), module.to_owned())
            })
        })
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// The first names of all paths that begin at the crate's root, in a module of this depth.
fn names_in_root(code: &str, depth: usize) -> Vec<String> {
    let up = "super::".repeat(depth);
    let mut names = Vec::new();
    for start in ["crate::", up.as_str()] {
        for (index, _) in code.match_indices(start) {
            let is_whole =
                !code[..index].ends_with(|before: char| before.is_alphanumeric() || "_$:".contains(before));
            if is_whole {
                names.extend(first_names(&code[index + start.len()..]));
            }
        }
    }
    names
}

/// `["a"]` for `a::b`; `["a", "c"]` for `{a::{b, x}, c}`.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![path.chars().take_while(|character| is_in_name(*character)).collect()];
    };
    let (mut depth, mut names, mut is_start) = (0_usize, vec![String::new()], true);
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(String::new());
                is_start = true;
            }
            _ if depth == 0 && is_start && is_in_name(character) => {
                names.last_mut().expect("a name").push(character);
            }
            ' ' | '\n' => {}
            _ => is_start = false,
        }
    }
    names
}

fn is_in_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let (mut unclean, mut all) = (Vec::new(), 0);
    let mut details = String::new();
    for folder in crates() {
        let files = files_below(&format!("{folder}/src"), "rs");
        all += imports(&folder, &files).values().map(BTreeMap::len).sum::<usize>();
        let circles = circles(&folder, &files);
        if !circles.is_empty() {
            let _ = write!(details, "\n  {folder}: {}", circles.join(", "));
            unclean.push(folder);
        }
    }
    assert!(all > 30, "only {all} imports were found");
    let what_to_do =
        format!("pass in what is needed, or move it below both modules.{details}\nIn these crates");
    assert_only(&unclean, NOT_CLEAN_YET, &what_to_do);
}

#[test]
fn circles_are_found_however_they_are_written() {
    let lib = "mod a; mod b; mod c; mod d; pub use c::deep::Name;";
    let circle_of = |a: &str, b: &str| {
        let files = [
            sample("x/src/lib.rs", lib),
            sample("x/src/a/mod.rs", "//! use crate::d::D;"),
            sample("x/src/a/inner.rs", a),
            sample("x/src/b.rs", b),
            sample("x/src/c.rs", "use crate::a::A;"),
            sample("x/src/d.rs", "use crate::{a, b, c};"),
        ];
        circles("x", &files)
    };
    let expected = ["a -> b (x/src/a/inner.rs)", "b -> a (x/src/b.rs)"];
    assert_eq!(circle_of("use crate::b::B;", "fn f() { crate::a::f() }"), expected);
    assert_eq!(circle_of("use super::super::b::B;", "use super::a::A;"), expected);
    assert_eq!(circle_of("use crate::{\n    b::{B, X},\n};", "use crate::{a::{A}};"), expected);
    // Through a name that the root re-exports.
    assert_eq!(circle_of("use crate::Name;", ""), ["a -> c (x/src/a/inner.rs)", "c -> a (x/src/c.rs)"]);
    assert_none(
        &circle_of("use crate::b::B;", "//! crate::a\n#[cfg(test)]\nmod tests { use crate::a::A; }"),
        "none",
    );
    assert_none(&circle_of("use crate::b::B;", "use other_crate::a::A;"), "none");
}
