// The TypeScript of docs/gateways/examples: its types hold, and it does what it says against the running server.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { makeKey, revokeByApi, usageOf } from "../support/api.js";
import { place } from "../support/place.js";
import { createWorkspace } from "../support/workspace.js";

const EXAMPLES = fileURLToPath(new URL("../../docs/gateways/examples/", import.meta.url));
const MODULES = fileURLToPath(new URL("../node_modules/", import.meta.url));
const NOBODY_LISTENS = "http://127.0.0.1:1";

let compiled;

before(() => {
  compiled = mkdtempSync(join(tmpdir(), "chaser-keys-examples-"));
  writeFileSync(join(compiled, "package.json"), '{"type":"module"}');
  const types = ["--strict", "--types", "node", "--typeRoots", join(MODULES, "@types")];
  const output = ["--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler", "--outDir", compiled];
  const compiler = join(MODULES, "typescript", "bin", "tsc");
  // Prints what is wrong with the types, and fails.
  execFileSync(process.execPath, [compiler, ...types, ...output, join(EXAMPLES, "verify.ts"), join(EXAMPLES, "report.ts")], { stdio: "inherit" });
});

after(() => rmSync(compiled, { recursive: true, force: true }));

function run(name, authority, args, more = {}) {
  const env = { PATH: process.env.PATH, CHASER: authority, ...more };
  const { status, stdout } = spawnSync(process.execPath, [join(compiled, name), ...args], { env, encoding: "utf8" });
  return { status, stdout };
}

const verify = (authority, key) => run("verify.js", authority, [key]);
const report = (batch, ...args) => run("report.js", place.internal_url, args, { BATCH: batch });

test("verify.ts tells a good key from a bad one and from not knowing", async () => {
  const workspace = await createWorkspace();
  const { id, secret } = await makeKey(workspace, "typescript");
  const good = verify(place.internal_url, secret);
  assert.equal(good.status, 0);
  assert.ok(good.stdout.includes(id) && !good.stdout.includes(secret), good.stdout);
  await revokeByApi(workspace, id);
  assert.equal(verify(place.internal_url, secret).status, 1);
  assert.equal(verify(place.internal_url, "no key").status, 1);
  assert.equal(verify(NOBODY_LISTENS, secret).status, 2);
});

test("report.ts reports until it is counted, and what is sent again counts once", async () => {
  const workspace = await createWorkspace();
  const { id, secret } = await makeKey(workspace, "typescript");
  // The key's own id is as good a name for its batch as any.
  for (let n = 0; n < 2; n += 1) assert.equal(report(id, id, "1", "20", "300").status, 0);
  assert.equal(report(id, id, "2", "20", "300").status, 1);
  const { sessions, bytes_up, bytes_down, bytes_total } = (await usageOf(secret)).totals;
  assert.deepEqual({ sessions, bytes_up, bytes_down, bytes_total }, { sessions: 1, bytes_up: 20, bytes_down: 300, bytes_total: 320 });
});
