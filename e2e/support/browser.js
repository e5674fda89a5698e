// Debian's Chromium without a window, one for each test file.

import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

const PROGRAMS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const FLAGS = [
  "--no-sandbox", // Chromium does not sandbox as root, and all it sees here is our own server
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A name that is no loopback: how the dashboard looks from another machine of a network, on plain http.
  "--host-resolver-rules=MAP keys.lan 127.0.0.1",
];

function launch() {
  const executablePath = PROGRAMS.find((program) => program && existsSync(program));
  if (!executablePath) throw new Error("there is no Chromium: run e2e/install.sh");
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

let running;

export function browser() {
  running ??= launch();
  return running;
}

export async function closeBrowser() {
  const started = await running;
  running = undefined;
  await started?.close();
}
