//! What is printed once everything runs: calls to paste for people, one line of JSON for scripts.

use serde::Serialize;

use crate::failure::Failure;
use crate::{calls, output};

/// Where everything is. The order of the fields is that of the line.
#[derive(Serialize)]
pub(crate) struct Ready {
    pub(crate) url: String,
    pub(crate) internal_url: String,
    pub(crate) database_url: String,
    /// `CHASER_PEPPERS` of a service that joins as a node.
    pub(crate) peppers: String,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    pub(crate) session: String,
    pub(crate) workspace_id: String,
    pub(crate) key: String,
    pub(crate) pid: u32,
}

impl Ready {
    pub(crate) fn print(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            let line = serde_json::to_string(self).map_err(|error| Failure::Output(error.into()))?;
            return output::result(line);
        }
        output::result(self.for_people())
    }

    /// All of it can be pasted into a shell: everything except the calls is a comment.
    fn for_people(&self) -> String {
        let Self { url, internal_url, database_url, email, password, session, key, .. } = self;
        let calls = calls::all(url, session, key);
        format!(
            "\n# Chaser Keys is ready.\n#\n\
             #   Dashboard  {url}\n\
             #   Sign in    {email}\n\
             #   Password   {password}\n\
             #   Internal   {internal_url}/readyz\n\
             #   Database   {database_url}\n#\n\
             # The documented calls, to paste one after another:\n\n\
             {calls}\n\
             # Ctrl-C stops it all; the data stays unless --ephemeral was given."
        )
    }
}
