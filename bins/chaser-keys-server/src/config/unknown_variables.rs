//! A misspelt `CHASER_…` must not pass silently: the server would run with a default instead.

use clap::Args as _;

use super::{ConfigErrors, ServeSettings, environment, peppers};

/// Adds an error for each variable that begins like one of ours and is none.
pub(crate) fn refuse(errors: &mut ConfigErrors) {
    let (known, present) = (known(), environment::names());
    for name in unknown(&known, &present) {
        let fix = match nearest(name, &known) {
            Some(meant) => format!("did you mean {meant}?"),
            None => "unset it, or see `chaser-keys-server serve --help` for all there are".to_owned(),
        };
        errors.add_argument(name, format!("there is no such setting: {fix}"));
    }
}

/// Every setting of every command: `serve` has them all.
pub(crate) fn known() -> Vec<String> {
    let serve = ServeSettings::augment_args(clap::Command::new("serve"));
    let mut names = vec![peppers::VARIABLE.to_owned()];
    let variables = serve.get_arguments().filter_map(clap::Arg::get_env);
    names.extend(variables.map(|name| name.to_string_lossy().into_owned()));
    names.sort_unstable();
    names
}

fn unknown<'a>(known: &[String], present: &'a [String]) -> Vec<&'a str> {
    let ours = present.iter().filter(|name| name.starts_with("CHASER_"));
    let mut found: Vec<&str> = ours
        .filter(|name| !known.contains(name) && !is_service_link(name, present))
        .map(String::as_str)
        .collect();
    found.sort_unstable();
    found
}

/// Kubernetes gives every pod `CHASER_KEYS_SERVICE_HOST`, `CHASER_KEYS_PORT_8080_TCP` and more when a
/// service is called `chaser-keys`. They come together, so a lone misspelling is not taken for one.
fn is_service_link(name: &str, present: &[String]) -> bool {
    let services = present.iter().filter_map(|other| other.strip_suffix("_SERVICE_HOST"));
    services
        .filter_map(|service| name.strip_prefix(service))
        .any(|rest| rest.starts_with("_SERVICE_") || rest == "_PORT" || rest.starts_with("_PORT_"))
}

fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let (distance, best) = known.iter().map(|other| (strsim::levenshtein(name, other), other)).min()?;
    (distance <= 3).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn misspelt_names_are_found_and_the_right_one_is_offered() {
        let present = names(&["PATH", "CHASER_BIND", "CHASER_PEPERS", "CHASER_BIND_PORT", "DATABASE_URL"]);
        assert_eq!(unknown(&known(), &present), ["CHASER_BIND_PORT", "CHASER_PEPERS"]);
        assert_eq!(nearest("CHASER_PEPERS", &known()), Some("CHASER_PEPPERS"));
        assert_eq!(nearest("CHASER_SOMETHING_ELSE", &known()), None);
    }

    #[test]
    fn the_variables_of_a_kubernetes_service_are_no_settings() {
        let link =
            ["CHASER_KEYS_SERVICE_HOST", "CHASER_KEYS_SERVICE_PORT_HTTP", "CHASER_KEYS_PORT_8080_TCP_ADDR"];
        assert!(unknown(&known(), &names(&link)).is_empty());
        assert_eq!(unknown(&known(), &names(&link[1..])).len(), 2);
    }

    #[test]
    fn all_settings_are_known() {
        for name in ["DATABASE_URL", "CHASER_PEPPERS", "CHASER_PEPPERS_FILE", "CHASER_BIND", "CHASER_LOG"] {
            assert!(known().contains(&name.to_owned()), "{name}");
        }
    }
}
