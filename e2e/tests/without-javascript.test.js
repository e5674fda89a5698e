// The essentials, with JavaScript off.

import assert from "node:assert/strict";

import { makeKey, statusOf } from "../support/api.js";
import { insertUsage, untilCounted } from "../support/database.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { button, createKey, fillSignIn, link, openList, readSecret, row, rows, saySaved, see, seeHeading, startCreating, stopNow } from "../support/steps.js";

const off = { javaScriptEnabled: false };

journey("without JavaScript one signs in and out", async ({ page, workspace }) => {
  await page.goto("/keys");
  await fillSignIn(page, { ...workspace, password: "not the password at all" });
  await see(page, "That sign-in didn’t work. Check both fields.");
  assert.equal(await page.getByLabel("E-mail").inputValue(), workspace.email);
  await fillSignIn(page, workspace);
  await seeHeading(page, "API keys");
  await page.getByRole("link", { name: "Account" }).click();
  await button(page, "Sign out").click();
  await see(page, "You’re signed out.");
}, { ...off, signedOut: true, complaints: [refused(401)] });

journey("without JavaScript a key is created, rotated and revoked", async ({ page, width }) => {
  const name = `plain-${width}`;
  const old = await createKey(page, name, "Test");
  assert.match(await page.locator(".secret").innerText(), /Select the key and copy it\./);
  assert.equal(await button(page, "Copy key").isVisible(), false);
  await saySaved(page, name);
  assert.equal(await statusOf(old), 200);

  await openList(page, `?q=${name}`);
  await link(page, `Rotate ${name}`).click();
  await page.getByRole("radio", { name: /^7 days/ }).waitFor();
  await button(page, "Rotate key").click();
  const next = await readSecret(page);
  await saySaved(page, name);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [200, 200]);

  // Once the list has heard of the call: before, one click would do.
  await untilCounted(old, 2);
  await openList(page, `?q=${name}`);
  await stopNow(row(page, name)).click();
  await see(page, "Revoke key");
  await page.getByRole("textbox").fill(name);
  await button(page, "Revoke key").click();
  await see(page, `“${name}” is revoked: no server accepts it any more.`);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [401, 200]);
}, off);

journey("without JavaScript a key is renamed on a page", async ({ page, workspace, width }) => {
  await makeKey(workspace, `old-${width}`);
  await openList(page, `?q=old-${width}`);
  await link(page, `Rename old-${width}`).click();
  await page.getByLabel("Name", { exact: true }).fill("  ");
  await button(page, "Rename").click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Name", { exact: true }).fill(`new-${width}`);
  await button(page, "Rename").click();
  await see(page, `The key is now called “new-${width}”.`);
}, { ...off, complaints: [refused(422)] });

journey("without JavaScript a reload of the secret's page sends the form again, and makes no second key", async ({ page, width }) => {
  const name = `resent-${width}`;
  const secret = await createKey(page, name);
  await page.reload();
  await seeHeading(page, `“${name}” was already created`);
  await see(page, "Its secret can’t be shown again.");
  assert.ok(!(await page.content()).includes(secret));
  await link(page, "Back to keys").click();
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 1);
}, off);

journey("without JavaScript a double click on Create key makes one key", async ({ page, width }) => {
  const name = `twice-${width}`;
  await startCreating(page, name);
  await button(page, "Create key").dblclick();
  await seeHeading(page, /^Copy your key now$|^“.*” was already created$/);
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 1);
}, { ...ONCE, ...off });

journey("without JavaScript Back after saving shows no secret", async ({ page, width }) => {
  const name = `back-${width}`;
  const secret = await createKey(page, name);
  await saySaved(page, name);
  // Chromium asks before it would send the form again; Playwright leaves it at that.
  await page.goBack().catch(() => {});
  await page.waitForTimeout(300);
  await page.waitForLoadState();
  assert.ok(!(await page.content()).includes(secret));
}, { ...ONCE, ...off, complaints: [/ERR_CACHE_MISS/] });

journey("without JavaScript the list is searched and filtered", async ({ page, workspace, width }) => {
  await makeKey(workspace, `found-${width}`);
  await openList(page);
  await page.getByLabel("Search").fill(`found-${width}`);
  await button(page, "Apply").click();
  await see(row(page, `found-${width}`), "Active");
  assert.equal(await page.locator("table.keys tbody").count(), 1);
}, { ...ONCE, ...off });

journey("without JavaScript a mistake in a form is told beside the field, and what was typed stays", async ({ page, workspace, width }) => {
  const { id } = await makeKey(workspace, `mistaken-${width}`);
  await page.goto(`/keys/${id}/rotate`);
  await page.getByRole("radio", { name: "Another number of days" }).check();
  await page.getByLabel("Days, 0 to 30").fill("31");
  await button(page, "Rotate key").click();
  await see(page.getByRole("alert"), "Give a whole number of days from 0 to 30");
  assert.equal(await page.getByLabel("Days, 0 to 30").inputValue(), "31");
  await page.getByRole("radio", { name: /^7 days/ }).check();
  await page.getByLabel("Days, 0 to 30").fill("3");
  await button(page, "Rotate key").click();
  await see(page.getByRole("alert"), "The number is chosen now");
  assert.ok(await page.getByRole("radio", { name: "Another number of days" }).isChecked());

  await insertUsage(id, [5]);
  await page.goto(`/keys/${id}/revoke`);
  await button(page, "Revoke key").click();
  await see(page, "Nothing was revoked.");
}, { ...off, complaints: [refused(422)] });

journey("without JavaScript usage and account are readable, in UTC", async ({ page, workspace }) => {
  await page.goto("/usage");
  await seeHeading(page, /^Usage in/);
  await see(page, / UTC$/);
  await page.goto("/account");
  await see(page, workspace.email);
}, { ...ONCE, ...off });
