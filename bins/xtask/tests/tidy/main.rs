//! The workspace keeps the rules that no compiler checks and no reviewer should have to.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod crates;
mod document_paths;
mod migrations;
mod module_circles;
mod modules;
mod rust_text;
mod sql_time;
mod weights;
mod workspace;

/// A file that stays as it is for now, and the reason.
type Exception = (&'static str, &'static str);

#[track_caller]
fn assert_none(violations: &[String], what_to_do: &str) {
    assert!(violations.is_empty(), "\n{what_to_do}:\n  {}\n", violations.join("\n  "));
}

/// Fails for violations without an exception, and for exceptions without a violation.
#[track_caller]
fn assert_only(violations: &[String], exceptions: &[Exception], what_to_do: &str) {
    let is_excused = |violation: &String| exceptions.iter().any(|(excused, _)| excused == violation);
    let unexcused: Vec<_> = violations.iter().filter(|violation| !is_excused(violation)).cloned().collect();
    assert_none(&unexcused, what_to_do);
    let is_needed = |excused: &str| violations.iter().any(|violation| violation == excused);
    let stale: Vec<_> = exceptions
        .iter()
        .map(|(excused, _)| (*excused).to_owned())
        .filter(|excused| !is_needed(excused))
        .collect();
    assert_none(&stale, "these are clean now: delete them from the list of exceptions");
}
