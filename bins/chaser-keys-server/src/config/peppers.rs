//! The peppers, from the environment or from a file, never from the command line.

use std::path::Path;

use chaser_keys::Peppers;
use zeroize::Zeroizing;

use super::config_errors::given;
use super::{ConfigErrors, Row, environment};

/// Holds the peppers themselves; it has no flag, because a command line is visible to all.
pub(crate) const VARIABLE: &str = "CHASER_PEPPERS";
const FILE: &str = "CHASER_PEPPERS_FILE";
const LARGEST_FILE: u64 = 64 * 1024;

/// The setting as text.
#[derive(clap::Args)]
#[command(next_help_heading = "Secrets")]
pub(crate) struct PepperSettings {
    /// A file with the peppers: `id:64 hex digits`, comma-separated, the current one first.
    ///
    /// Or put the same text into the environment variable `CHASER_PEPPERS`, which has no flag because every
    /// user of the machine can read a command line. Exactly one of the two must be set. Make one with
    /// `echo "$(date +%Y-%m):$(openssl rand -hex 32)"`.
    ///
    /// The old ones stay behind the current one, so that their keys go on working. With several nodes, put a new one
    /// behind the current one on all of them first, and only then before it: a node that lacks a pepper cannot verify
    /// the keys made with it, and answers 503.
    #[arg(long, env = FILE, value_name = "PATH")]
    peppers_file: Option<String>,
}

impl PepperSettings {
    /// Reads the environment and, where one is named, the file.
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> Option<Peppers> {
        self.choose(environment::secret(VARIABLE), errors)
    }

    fn choose(self, text: Option<Zeroizing<String>>, errors: &mut ConfigErrors) -> Option<Peppers> {
        let text = text.filter(|text| !text.trim().is_empty());
        match (text, given(self.peppers_file)) {
            (Some(text), None) => parse(VARIABLE, &text, errors),
            (None, Some(path)) => {
                let text = contents(Path::new(&path)).map_err(|problem| errors.add(FILE, problem)).ok()?;
                parse(FILE, &text, errors)
            }
            (Some(_), Some(_)) => {
                errors.add(VARIABLE, format!("{FILE} is set as well: unset one of the two"));
                None
            }
            (None, None) => {
                let fix =
                    format!("set it to id:64 hex digits (`openssl rand -hex 32` makes them), or set {FILE}");
                errors.add(VARIABLE, format!("it is not set: {fix}"));
                None
            }
        }
    }
}

fn parse(variable: &str, text: &str, errors: &mut ConfigErrors) -> Option<Peppers> {
    text.parse().map_err(|problem| errors.add(variable, problem)).ok()
}

fn contents(path: &Path) -> Result<Zeroizing<String>, String> {
    let cannot = |error: std::io::Error| {
        format!("{} cannot be read ({error}): correct the path or its rights", path.display())
    };
    let length = std::fs::metadata(path).map_err(cannot)?.len();
    if length > LARGEST_FILE {
        return Err(format!("{} is no file of peppers: it has {length} bytes", path.display()));
    }
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(cannot)
}

/// Which peppers there are, by their ids.
pub(crate) fn rows(peppers: &Peppers) -> Vec<Row> {
    let ids: Vec<&str> = peppers.iter().map(|pepper| pepper.id().as_str()).collect();
    let (current, retired) = (ids[0], ids[1..].join(", "));
    let retired =
        if retired.is_empty() { "no retired ones".to_owned() } else { format!("retired: {retired}") };
    vec![(VARIABLE, format!("{current} (redacted; {retired})"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variable: Option<&str>, file: Option<&str>) -> Result<Peppers, String> {
        let mut errors = ConfigErrors::default();
        let settings = PepperSettings { peppers_file: file.map(str::to_owned) };
        let variable = variable.map(|text| Zeroizing::new(text.to_owned()));
        settings.choose(variable, &mut errors).ok_or(errors.to_string())
    }

    #[test]
    fn exactly_one_of_variable_and_file_is_wanted() {
        let good = format!("p1:{}", "5a".repeat(32));
        assert!(read(Some(&good), None).is_ok());
        assert!(read(Some(&good), Some(" ")).is_ok());
        assert!(read(Some(&good), Some("/file")).unwrap_err().contains("unset one of the two"));
        assert!(read(Some(""), None).unwrap_err().starts_with("CHASER_PEPPERS: it is not set"));
        assert!(
            read(None, Some("/no/such"))
                .unwrap_err()
                .starts_with("CHASER_PEPPERS_FILE (--peppers-file): /no/such")
        );
    }

    #[test]
    fn a_short_pepper_is_named_but_not_shown() {
        let message = read(Some("p1:5a5a5a"), None).unwrap_err();
        assert!(
            message.starts_with("CHASER_PEPPERS: pepper 1: a pepper's key is 64 hex digits"),
            "{message}"
        );
        assert!(!message.contains("5a5a5a"));
    }
}
