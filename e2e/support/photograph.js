// Photographs every page of the dashboard, in both themes. Run by `screenshots.js`.

import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { closeBrowser } from "./browser.js";
import { createShowcase } from "./showcase.js";
import { createKey, idOf, link, openList, see, seeHeading } from "./steps.js";
import { openBrowser } from "./visitor.js";
import { createWorkspace } from "./workspace.js";

const PICTURES = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const LARGEST = 150 * 1024;

const openOf = (way, name) => async (page) => {
  await openList(page);
  await page.goto(`/keys/${await idOf(page, name)}/${way}`);
};

const openDialog = async (page) => {
  await openList(page);
  await link(page, "Revoke production-web").click();
  await page.getByRole("alertdialog").waitFor();
};

const openSecret = async (page) => {
  await createKey(page, "worker-eu");
  await see(page, "Waiting for the first request…");
};

const show = (path, heading) => async (page) => { await page.goto(path); await seeHeading(page, heading); };

const SCENES = {
  "sign-in": { open: show("/sign-in", "Sign in"), signedOut: true },
  keys: { open: (page) => openList(page) },
  "keys-empty": { open: (page) => openList(page), empty: true },
  "create-key": { open: show("/keys/new", "Create key") },
  rotate: { open: openOf("rotate", "production-web") },
  revoke: { open: openDialog },
  rename: { open: openOf("rename", "production-web") },
  usage: { open: show("/usage", /^Usage in/) },
  account: { open: show("/account", "Account") },
  secret: { open: openSecret },
};

const ON_THE_PHONE = ["keys", "secret", "rotate", "usage"];

async function photograph(workspace, name, { open, signedOut }, width, colorScheme) {
  const { context, page } = await openBrowser(workspace, { width, signedOut, colorScheme, reducedMotion: "reduce" });
  await open(page, workspace);
  const file = `${PICTURES}${name}${width === "phone" ? "-phone" : ""}-${colorScheme}.png`;
  await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
  await context.close();
  const { size } = statSync(file);
  console.log(`${file} ${Math.round(size / 1024)} KiB`);
  if (size > LARGEST) throw new Error(`${file} is too large for a repository`);
}

mkdirSync(PICTURES, { recursive: true });
const [full, empty] = [await createShowcase(), await createWorkspace("Acme")];
for (const [name, scene] of Object.entries(SCENES)) {
  for (const colorScheme of ["light", "dark"]) {
    const widths = ON_THE_PHONE.includes(name) ? ["desktop", "phone"] : ["desktop"];
    for (const width of widths) await photograph(scene.empty ? empty : full, name, scene, width, colorScheme);
  }
}
await closeBrowser();
