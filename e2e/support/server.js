// The one server of a run: built, started with a database of its own, and stopped with everything it left.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const PATIENCE = 60_000;

function run(program, ...args) {
  return execFileSync(program, args, { cwd: CHECKOUT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 28 });
}

function build() {
  run("cargo", "build", "--quiet", "--locked", "--package", "chaser-keys-dev", "--package", "chaser-keys-server");
  const metadata = JSON.parse(run("cargo", "metadata", "--no-deps", "--format-version", "1"));
  return join(metadata.target_directory, "debug");
}

async function firstLine(child, log) {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the server ended with ${code} before it was ready:\n${readFileSync(log, "utf8")}`);
  });
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`the server is not ready after ${PATIENCE} ms`)), PATIENCE).unref();
  });
  const line = once(createInterface({ input: child.stdout }), "line");
  const [text] = await Promise.race([line, ended, late]);
  ended.catch(() => {});
  return JSON.parse(text);
}

/**
 * Starts it (what `E2E_BINARIES` holds, or else what cargo makes of this checkout) and tells where everything is;
 * `stop` ends it and removes its data.
 */
export async function startServer() {
  const binaries = process.env.E2E_BINARIES ?? build();
  const directory = mkdtempSync(join(tmpdir(), "chaser-keys-e2e-"));
  // `--directory` in the place of `--ephemeral`: the pepper lies there too, and the admin commands need it.
  const data = join(directory, "data");
  run("chmod", "755", directory);
  const log = join(directory, "server.log");
  const args = ["up", "--json", "--port", "0", "--directory", data];
  const child = spawn(join(binaries, "chaser-keys-dev"), args, { stdio: ["ignore", "pipe", openSync(log, "w")] });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const ready = await firstLine(child, log);
    const place = { ...ready, admin: join(binaries, "chaser-keys-server"), peppers: join(data, "postgres", "dev-pepper"), log };
    return { place, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
