//! What is told once everything runs: to people calls to paste, to scripts one line.

use std::process;

use serde::Serialize;

use crate::failure::Failure;
use crate::seed::{self, Seeded};
use crate::{calls, output};

/// Where everything is. The order of the fields is that of the line.
#[derive(Serialize)]
pub(crate) struct Ready {
    pub(crate) url: String,
    pub(crate) internal_url: String,
    pub(crate) database_url: String,
    email: &'static str,
    password: &'static str,
    pub(crate) session: String,
    workspace_id: String,
    pid: u32,
    #[serde(skip)]
    pub(crate) key: String,
}

impl Ready {
    pub(crate) fn new(url: String, internal_url: String, database_url: String, seeded: Seeded) -> Self {
        Self {
            url,
            internal_url,
            database_url,
            email: seed::EMAIL,
            password: seed::PASSWORD,
            session: seeded.session.expose().to_owned(),
            workspace_id: seeded.workspace.to_string(),
            pid: process::id(),
            key: seeded.key,
        }
    }

    pub(crate) fn tell(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            let line = serde_json::to_string(self).map_err(|error| Failure::Output(error.into()))?;
            return output::result(line);
        }
        output::result(self.for_people())
    }

    /// All of it can be pasted into a shell: what is no call is a comment.
    fn for_people(&self) -> String {
        let Self { url, internal_url, database_url, email, password, .. } = self;
        let calls = calls::all(self);
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
