//! No SQL compares with the database's own clock.
//!
//! Time is read once, by storage's `DatabaseClock`, and bound as a value. A predicate with `clock_timestamp()` would not
//! follow a test that moves that clock, and could disagree with the rest of its transaction.

use crate::rust_text::RustText;
use crate::workspace::{Source, files_below, rust_files, sample};
use crate::{Exception, assert_only};

/// Statements that still do.
const NOT_CLEAN_YET: &[Exception] =
    &[("migrations/2026-11-25-000007_ended_for_good/up.sql", "a trigger: nobody passes it a time")];

const CLOCKS: &[&str] = &[
    "now",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "current_timestamp",
    "localtimestamp",
];

/// After these words, values are compared.
const PREDICATES: &[&str] = &["where", "and", "or", "on", "having", "when", "if", "between"];

/// After these they are not, until the next of [`PREDICATES`].
const OTHER_CLAUSES: &[&str] =
    &["select", "set", "values", "insert", "returning", "default", "from", "then", "else", "as", "is"];

/// Whether some predicate of these statements names a clock.
fn compares_with_clock(sql: &str) -> bool {
    let tokens = tokens(&sql.to_lowercase());
    let mut is_predicate = false;
    for (index, token) in tokens.iter().enumerate() {
        let is_comparison = |token: Option<&String>| token.is_some_and(|token| token == "<" || token == ">");
        if token == ";" || OTHER_CLAUSES.contains(&token.as_str()) {
            is_predicate = false;
        } else if PREDICATES.contains(&token.as_str()) {
            is_predicate = true;
        } else if is_clock(&tokens[index..]) {
            let after = tokens[index + 1..].iter().find(|token| !["(", ")", "="].contains(&token.as_str()));
            let before = tokens[..index].iter().rev().find(|token| *token != "=");
            if is_predicate || is_comparison(before) || is_comparison(after) {
                return true;
            }
        }
    }
    false
}

/// `now` is a clock only where it is called; it occurs in prose, too.
fn is_clock(tokens: &[String]) -> bool {
    CLOCKS.contains(&tokens[0].as_str())
        && (tokens[0] != "now" || tokens.get(1).is_some_and(|next| next == "("))
}

/// Words and single signs, without comments and without what stands in quotes.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    for character in without_quotes_and_comments(sql).chars() {
        if character.is_alphanumeric() || character == '_' {
            tokens.last_mut().expect("one is open").push(character);
        } else {
            tokens.push(character.to_string());
            tokens.push(String::new());
        }
    }
    tokens.retain(|token| !token.trim().is_empty());
    tokens
}

fn without_quotes_and_comments(sql: &str) -> String {
    let (mut kept, mut rest) = (String::new(), sql);
    while let Some(start) = rest.find(['\'', '-']) {
        kept.push_str(&rest[..start]);
        let from_here = &rest[start..];
        rest = if from_here.starts_with("--") {
            &from_here[from_here.find('\n').unwrap_or(from_here.len())..]
        } else if let Some(quoted) = from_here.strip_prefix('\'') {
            quoted.split_once('\'').map_or("", |(_, after)| after)
        } else {
            kept.push('-');
            &from_here[1..]
        };
    }
    kept + rest
}

/// The scripts and the string literals of Rust files that compare with a clock, by path.
fn files_that_compare(files: &[Source]) -> Vec<String> {
    let compares = |file: &Source| {
        if file.path.starts_with("migrations/") {
            return compares_with_clock(&file.text);
        }
        RustText::of(&file.text).strings.iter().any(|string| compares_with_clock(string))
    };
    files.iter().filter(|file| compares(file)).map(|file| file.path.clone()).collect()
}

#[test]
fn no_predicate_asks_the_database_for_the_time() {
    let mut files = files_below("migrations", "sql");
    assert!(files.len() > 5, "the walk found only {} scripts", files.len());
    files.extend(rust_files(&["src"]));
    // Opponents ask PostgreSQL as most services do.
    files.retain(|file| !file.path.starts_with("bins/chaser-keys-bench/"));
    assert_only(
        &files_that_compare(&files),
        NOT_CLEAN_YET,
        "read the time with DatabaseClock and bind it: a test that moves the clock must move this, too",
    );
}

#[test]
fn comparisons_are_told_from_values() {
    for bad in [
        "select 1 from t where a is null or a > clock_timestamp()",
        "delete from t where (now() - a) > interval '1 day'",
        "select count(*) filter (where a <= CURRENT_TIMESTAMP) from t",
        "if new.ends_at <= clock_timestamp() then",
        "select a <= now() from t",
        "select now() >= a from t",
        "update t set a = now() where b = now()",
    ] {
        assert!(compares_with_clock(bad), "{bad}");
    }
    for good in [
        "insert into t values ($1, clock_timestamp())",
        "update t set a = now() where b > $1",
        "select clock_timestamp() as database_time, rev from t where a > $1",
        "create table t (a timestamptz default now()); select 1 where 'a > now()' = 'b'",
        "insert into t values (1) on conflict (a) do update set b = now()",
        "-- where it's a > now()",
        "insert into t values (a is not null, clock_timestamp())",
        "the key works, and it does now",
    ] {
        assert!(!compares_with_clock(good), "{good}");
    }
    let files =
        [sample("a.rs", "// where a > now()\nlet a = \"where a > now()\";"), sample("b.rs", "// a > now()")];
    assert_eq!(files_that_compare(&files), ["a.rs"]);
}
