// Customers for tests, made with the server's own admin commands.

import { execFile } from "node:child_process";

import { openSession } from "./api.js";
import { place } from "./place.js";

export const PASSWORD = "four unrelated quiet otters";

function administer(args, input = "") {
  // Nothing of the caller's environment: the server refuses settings that it does not know.
  const env = { PATH: process.env.PATH, DATABASE_URL: place.database_url, CHASER_PEPPERS_FILE: place.peppers };
  return new Promise((resolve, reject) => {
    const child = execFile(place.admin, args, { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${args.join(" ")}: ${stderr}`));
      else resolve(stdout.trim());
    });
    // A command that ended without reading says why itself.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

let made = 0;

function newAddress() {
  made += 1;
  return `ada-${process.pid}-${made}@example.com`;
}

async function addUser(workspaceId, email) {
  await administer(["user", "create", "--workspace", workspaceId, "--email", email, "--password-stdin"], PASSWORD);
  return { email, password: PASSWORD };
}

/** A workspace with one user, who is signed in: `session`. */
export async function createWorkspace(name = "Northwind", email = newAddress()) {
  const id = await administer(["workspace", "create", "--name", name]);
  const user = await addUser(id, email);
  return { id, name, ...user, session: await openSession(user) };
}

let shared;

/** The test file's own workspace. */
export function ourWorkspace() {
  shared ??= createWorkspace();
  return shared;
}
