// A connection that is gone, and answers that do not come: it is told, and nothing is half done.

import assert from "node:assert/strict";

import { listByApi, makeKey, statusOf } from "../support/api.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { button, goOffline, goOnline, link, openList, readSecret, see, seeHeading, startCreating, startRotating } from "../support/steps.js";

const OFFLINE = "You’re offline. Nothing was sent.";
const failed = /^console: Failed to load resource: net::ERR_/;

const named = async (workspace, name) => (await listByApi(workspace)).filter((key) => key.name === name);

journey("creating without a connection sends nothing, keeps what was typed, and works afterwards", async ({ page, workspace, width }) => {
  const name = `offline-${width}`;
  await startCreating(page, name);
  await goOffline(page);
  await see(page, /^You’re offline\./);
  await button(page, "Create key").click();
  await see(page, OFFLINE);
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), name);
  assert.equal((await named(workspace, name)).length, 0);
  await goOnline(page);
  await see(page, "You’re online again.");
  await button(page, "Create key").click();
  await readSecret(page);
  assert.equal((await named(workspace, name)).length, 1);
});

journey("rotating and revoking without a connection do nothing", async ({ page, workspace, width }) => {
  const name = `unreached-${width}`;
  const { secret } = await makeKey(workspace, name);
  await startRotating(page, name);
  await goOffline(page);
  await button(page, "Rotate key").click();
  await see(page, OFFLINE);
  await goOnline(page);
  await openList(page, `?q=${name}`);
  await goOffline(page);
  await link(page, `Revoke ${name}`).click();
  await see(page, OFFLINE);
  await goOnline(page);
  assert.equal((await named(workspace, name)).length, 1);
  assert.equal(await statusOf(secret), 200);
}, { complaints: [failed] });

/** Every label that a button had, from now on. */
const recordLabels = (locator) => locator.evaluate((node) => {
  window.labels = [];
  new MutationObserver(() => window.labels.push(`${node.textContent} ${node.getAttribute("aria-disabled")}`))
    .observe(node, { childList: true, characterData: true, subtree: true, attributes: true });
});

journey("a pressed button says what happens, and is itself again after coming Back", async ({ page, width }) => {
  await startCreating(page, `slow-${width}`);
  // An answer without content: the page stays.
  await page.route("**/keys/new", (route) => route.fulfill({ status: 204 }), { times: 1 });
  await recordLabels(button(page, "Create key"));
  await button(page, "Create key").click({ noWaitAfter: true });
  await button(page, "Creating…").waitFor();
  assert.ok((await page.evaluate(() => window.labels)).includes("Creating… true"));
  await page.goto("/keys");
  await page.goBack();
  await button(page, "Create key").waitFor();
}, ONCE);

journey("a new name that was not answered is kept, with what to do", async ({ page, workspace, width }) => {
  const name = `unanswered-${width}`;
  const { id } = await makeKey(workspace, name);
  await openList(page, `?q=${name}`);
  await link(page, `Rename ${name}`).click();
  await page.getByLabel(`New name for ${name}`).fill("unheard");
  await page.route(`**/keys/${id}/rename`, (route) => route.abort());
  await button(page, "Save").click();
  await see(page, "No answer came. Check the connection and try again.");
  assert.equal(await page.getByLabel(`New name for ${name}`).inputValue(), "unheard");
}, { ...ONCE, complaints: [failed] });

journey("waiting for the first request survives a lost connection", async ({ page, width }) => {
  await startCreating(page, `patient-${width}`);
  await button(page, "Create key").click();
  const secret = await readSecret(page);
  await goOffline(page);
  await page.waitForTimeout(3_500);
  await goOnline(page);
  assert.equal(await statusOf(secret), 200);
  await see(page, /First request received/);
}, { ...ONCE, complaints: [failed] });

journey("pages that are not there say where to go", async ({ page, workspace }) => {
  const { id } = await makeKey(workspace, "elsewhere");
  for (const path of ["/keys/00000000-0000-4000-8000-000000000000/rotate", "/nothing", `/keys/${id}/nothing`]) {
    await page.goto(path);
    await page.getByRole("link", { name: "Back to keys" }).waitFor();
  }
  await seeHeading(page, "Nothing here");
}, { ...ONCE, complaints: [refused(404)] });
