// Takes the pictures in docs/screenshots anew: `node screenshots.js`.

import { fileURLToPath } from "node:url";

import { runWithServer } from "./support/with-server.js";

process.exitCode = await runWithServer([fileURLToPath(new URL("support/photograph.js", import.meta.url))]);
