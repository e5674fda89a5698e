// Starts the server, runs the tests against it, stops it: `node run.js [file…]`.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { runWithServer } from "./support/with-server.js";

const TESTS = fileURLToPath(new URL("tests", import.meta.url));
const OPTIONS = ["--test", "--test-concurrency=3", "--test-reporter=spec"];

function testFiles() {
  const chosen = process.argv.slice(2);
  if (chosen.length > 0) return chosen;
  return readdirSync(TESTS).filter((name) => name.endsWith(".test.js")).map((name) => join(TESTS, name));
}

process.exitCode = await runWithServer([...OPTIONS, ...testFiles()]);
