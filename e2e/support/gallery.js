// Every page and every state of it that looks different: for axe, for widths, and for weights.

import { call, makeKey, reportUsage, revokeByApi, rotateByApi } from "./api.js";
import { insertKeys, insertUsage, sql, usedBefore } from "./database.js";
import { button, createKey, fillSignIn, link, openList, see, seeHeading } from "./steps.js";
import { createWorkspace } from "./workspace.js";

const MOST = "9223372036854775807";
const MONTH = [410, 395, 180, 120, 388, 402, 377, 391, 140, 133, 360, 344, 352, 310];

/** A key whose row is as wide as rows get in life. */
async function addWideKey(workspace) {
  const { id } = await makeKey(workspace, "partner-northwind-eu-central");
  await insertUsage(id, [12_345_678]);
  await usedBefore(id, "42 minutes");
  await sql(`update api_keys set created_at = created_at - interval '60 days' where id = '${id}'`);
  await rotateByApi(workspace, id, 30);
}

/** A workspace with a key in every state. */
export async function createFullWorkspace(name = "Acme") {
  const workspace = await createWorkspace(name);
  const active = await makeKey(workspace, "production-web");
  await insertUsage(active.id, MONTH);
  await insertUsage((await makeKey(workspace, "ci-e2e", "test")).id, MONTH.map((requests) => requests >> 3));
  await revokeByApi(workspace, (await makeKey(workspace, "laptop-ada")).id);
  const used = await makeKey(workspace, "production-scraper");
  await rotateByApi(workspace, used.id, 7);
  await call(used.secret, 2);
  const quiet = await makeKey(workspace, "nightly-report");
  await call((await rotateByApi(workspace, quiet.id, 1)).secret);
  const missed = await makeKey(workspace, "staging");
  await sql(`update api_keys set awaits_confirmation_since = now() where id = '${missed.id}'`);
  await addWideKey(workspace);
  await insertKeys(workspace, 50, "worker");
  return { ...workspace, active, missed, rotated: used };
}

/** A workspace whose usage is no number that PostgreSQL would give back: looking it up fails. */
export async function createUncountedWorkspace() {
  const workspace = await createWorkspace();
  const { id } = await makeKey(workspace, "uncounted");
  await rotateByApi(workspace, id, 7);
  await insertUsage(id, [0, MOST, MOST]);
  return workspace;
}

const sees = (path, text) => async (page) => { await page.goto(path); await seeHeading(page, text); };
const ofKey = (way, text) => async (page, { active }) => { await page.goto(`/keys/${active.id}/${way}`); await seeHeading(page, text); };

const fillForm = (path, fields, name) => async (page) => {
  await page.goto(path);
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  await button(page, name).click();
  await page.getByRole("alert").waitFor();
};

/** What there is to look at, by name: how to get there. `out` pages are seen signed out, some in a workspace of another kind. */
export const GALLERY = {
  "sign-in": { out: true, open: sees("/sign-in", "Sign in") },
  "sign-in-refused": {
    out: true,
    open: async (page, { email }) => {
      await page.goto("/sign-in");
      await fillSignIn(page, { email, password: "not the password at all" });
      await page.getByRole("alert").waitFor();
    },
  },
  "signed-out": { out: true, open: sees("/sign-in?done=signed-out", "Sign in") },
  keys: { open: (page) => openList(page) },
  "keys-empty": { workspace: () => createWorkspace(), open: (page) => openList(page) },
  "keys-without-usage": { workspace: createUncountedWorkspace, open: (page) => openList(page) },
  "keys-second-page": { open: (page) => openList(page, "?page=2") },
  "keys-no-match": { open: sees("/keys?q=nothing-like-it", "No keys match") },
  "keys-filtered": { open: (page) => openList(page, "?status=revoked&mode=live&sort=name") },
  "keys-renaming": {
    open: async (page) => {
      await openList(page, "?q=production-web");
      await link(page, "Rename production-web").click();
      await page.getByLabel("New name for production-web").waitFor();
    },
  },
  "keys-tooltip": {
    open: async (page) => {
      await openList(page, "?q=production-web");
      await page.locator(".k-used time").first().focus();
      await page.getByRole("tooltip").waitFor();
    },
  },
  "keys-revoking": {
    open: async (page) => {
      await openList(page, "?q=production-web");
      await link(page, "Revoke production-web").click();
      await page.getByRole("alertdialog").waitFor();
    },
  },
  "new-key": { open: sees("/keys/new", "Create key") },
  "new-key-refused": { open: fillForm("/keys/new", { Name: "  " }, "Create key") },
  secret: { open: (page) => createKey(page, "ci-deploy") },
  rotate: { open: ofKey("rotate", "Rotate “production-web”") },
  "rotate-refused": {
    open: async (page, { active }) => fillForm(`/keys/${active.id}/rotate`, { "Days, 0 to 30": "31" }, "Rotate key")(page),
  },
  "already-rotated": {
    open: async (page, { rotated }) => { await page.goto(`/keys/${rotated.id}/rotate`); await seeHeading(page, "“production-scraper” was already rotated"); },
  },
  "rotate-missed": {
    open: async (page, { missed }) => { await page.goto(`/keys/${missed.id}/rotate?grace=0`); await seeHeading(page, "Get a new secret"); },
  },
  revoke: { open: ofKey("revoke", "Revoke “production-web”?") },
  "revoke-refused": {
    open: async (page, { active }) => {
      await page.goto(`/keys/${active.id}/revoke`);
      await button(page, "Revoke key").click();
      await see(page, "Nothing was revoked.");
    },
  },
  rename: { open: ofKey("rename", "Rename “production-web”") },
  usage: { open: sees("/usage", /^Usage in/) },
  "usage-empty": { workspace: () => createWorkspace(), open: sees("/usage", /^Usage in/) },
  "usage-with-traffic": {
    open: async (page, { active }) => {
      await reportUsage([{ key_id: active.id, sessions: 1204, bytes_up: 912_345, bytes_down: 123_239_000 }]);
      await sees("/usage", /^Usage in/)(page);
      await see(page, "Sessions");
    },
  },
  account: { open: sees("/account", "Account") },
  "account-refused": { open: fillForm("/account", { "Current password": "x", "New password": "short" }, "Change password") },
  "nothing-here": { open: sees("/nothing", "Nothing here") },
};

