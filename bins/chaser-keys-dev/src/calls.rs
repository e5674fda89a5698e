//! The documented calls with real values, each ready to paste into sh, bash or zsh.
//!
//! They build on one another through shell variables, and need nothing but curl and sed. Comments keep clear
//! of quotes and brackets: an interactive zsh reads them as commands.

/// Every call, in the order of the documented page.
pub(crate) fn all(url: &str, session: &str, key: &str) -> String {
    let calls = Calls { url, session };
    [
        titled("Use a key: this one was created for this run.", &[calls.usage(key)]),
        titled(
            "Create a live key. Its secret is in this response and nowhere else.",
            &[calls.create_live_key()],
        ),
        titled("Create a test key.", &[calls.create_test_key()]),
        titled("List the keys.", &[shown(&calls.dashboard("GET", "", ""))]),
        titled("Rename the live key.", &[calls.rename_key("$LIVE_ID")]),
        titled(
            "Rotate it: the old key goes on working for 7 days.",
            &[calls.rotate_key("$LIVE_ID", 7, "NEXT")],
        ),
        titled("Both authenticate meanwhile.", &[calls.usage("$LIVE_SECRET"), calls.usage("$NEXT_SECRET")]),
        titled(
            "Rotate the test key without grace: the old one gets 401 immediately.",
            &[calls.rotate_key("$TEST_ID", 0, "LAST"), calls.usage("$TEST_SECRET")],
        ),
        titled(
            "Revoke the new live key: 204, and it gets 401 from then on.",
            &[calls.revoke_key("$NEXT_ID"), calls.usage("$NEXT_SECRET")],
        ),
    ]
    .join("\n")
}

struct Calls<'a> {
    url: &'a str,
    session: &'a str,
}

impl Calls<'_> {
    fn create_live_key(&self) -> String {
        kept("LIVE", &self.dashboard_with_body("POST", "", r#"{"name": "production"}"#))
    }

    fn create_test_key(&self) -> String {
        kept("TEST", &self.dashboard_with_body("POST", "", r#"{"name": "ci-e2e", "mode": "test"}"#))
    }

    fn rename_key(&self, id: &str) -> String {
        shown(&self.dashboard_with_body("PATCH", &format!("/{id}"), r#"{"name": "production-scraper"}"#))
    }

    fn rotate_key(&self, id: &str, grace_days: u8, name: &str) -> String {
        let body = format!(r#"{{"grace_days": {grace_days}}}"#);
        kept(name, &self.dashboard_with_body("POST", &format!("/{id}/rotate"), &body))
    }

    fn revoke_key(&self, id: &str) -> String {
        self.dashboard("DELETE", &format!("/{id}"), " \\\n  -w '%{http_code}\\n'")
    }

    fn usage(&self, key: &str) -> String {
        format!("curl -s \"{}/v1/usage\" \\\n  -H \"Authorization: Bearer {key}\"; echo", self.url)
    }

    fn dashboard_with_body(&self, method: &str, path: &str, body: &str) -> String {
        let more = format!(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{body}'");
        self.dashboard(method, path, &more)
    }

    fn dashboard(&self, method: &str, path: &str, more: &str) -> String {
        let Self { url, session } = self;
        format!(
            "curl -s -X {method} \"{url}/v1/keys{path}\" \\\n  -H \"Cookie: chaser_session={session}\"{more}"
        )
    }
}

fn titled(title: &str, calls: &[String]) -> String {
    format!("# {title}\n{}\n", calls.join("\n"))
}

/// Answers do not end in a line feed.
fn shown(call: &str) -> String {
    format!("{call}; echo")
}

/// Shows the answer, and keeps the new key's id and secret in variables.
fn kept(name: &str, call: &str) -> String {
    let field = |field: &str| format!(r#"$(printf %s "${name}" | sed 's/.*"{field}":"\([^"]*\)".*/\1/')"#);
    let (id, secret) = (field("id"), field("secret"));
    format!("{name}=$({call}); echo \"${name}\"\n{name}_ID={id}\n{name}_SECRET={secret}")
}
