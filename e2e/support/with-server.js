// Runs Node with arguments while a server is up.

import { spawn } from "node:child_process";
import { once } from "node:events";

import { tellPlace } from "./place-of-run.js";
import { startServer } from "./server.js";

/** Starts a server, then Node; stops the server and returns Node's exit code. */
export async function runWithServer(args) {
  const server = await startServer();
  try {
    const child = spawn(process.execPath, args, { stdio: "inherit", env: tellPlace(server.place) });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
    const [code] = await once(child, "exit");
    return code ?? 1;
  } finally {
    await server.stop();
  }
}
