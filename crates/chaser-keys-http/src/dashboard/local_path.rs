//! The page to go to after signing in: always on this server (no open redirect).

use std::fmt;

const LONGEST: usize = 2000;

/// A path of this server, with its query. Anything that a browser could take for another host becomes `/keys`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct LocalPath(String);

impl LocalPath {
    pub(super) fn or_keys(text: &str) -> Self {
        Self(if is_local(text) { text.to_owned() } else { "/keys".to_owned() })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Browsers take `//host`, `/\host` and `/<tab>/host` for another host.
fn is_local(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    text.len() <= LONGEST
        && is_plain
        && text.starts_with('/')
        && !text.starts_with("//")
        && !text.starts_with("/sign-")
}

impl fmt::Display for LocalPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_server_is_gone_to() {
        for path in ["/", "/keys", "/keys?q=a%20b&page=2", "/keys/x/rotate", "/usage#x"] {
            assert_eq!(LocalPath::or_keys(path).as_str(), path);
        }
        for other in [
            "",
            "keys",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "\\/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/keys\r\nSet-Cookie: a=b",
            "/ä",
            "/a b",
            "/sign-in",
            "/sign-out",
        ] {
            assert_eq!(LocalPath::or_keys(other).as_str(), "/keys", "{other:?}");
        }
        assert_eq!(LocalPath::or_keys(&format!("/{}", "x".repeat(2000))).as_str(), "/keys");
    }
}
