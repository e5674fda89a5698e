// Sessions end: in the middle of something, or because somebody signs out.

import assert from "node:assert/strict";

import { makeKey, sessionLives, url } from "../support/api.js";
import { expireSessions } from "../support/database.js";
import { ONCE, journey } from "../support/journey.js";
import { button, fillSignIn, link, openList, readSecret, row, saySaved, see, seeHeading, signIn, startCreating, startRotating } from "../support/steps.js";
import { createWorkspace } from "../support/workspace.js";

const ofItsOwn = { workspace: () => createWorkspace() };

journey("a session that ended while creating leads to sign-in and back to what was typed", async ({ page, workspace }) => {
  await startCreating(page, "typed before", "Test");
  await expireSessions(workspace);
  await button(page, "Create key").click();
  await seeHeading(page, "Sign in");
  await fillSignIn(page, workspace);
  await seeHeading(page, "Create key");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "typed before");
  assert.ok(await page.getByRole("radio", { name: "Test" }).isChecked());
  await button(page, "Create key").click();
  assert.match(await readSecret(page), /^cha_test_/);
  await saySaved(page, "typed before");
}, ofItsOwn);

journey("a session that ended while rotating leads back to the chosen days", async ({ page, workspace }) => {
  await makeKey(workspace, "turning");
  await startRotating(page, "turning");
  await page.getByRole("radio", { name: /^30 days/ }).check();
  await expireSessions(workspace);
  await button(page, "Rotate key").click();
  await fillSignIn(page, workspace);
  await seeHeading(page, "Rotate “turning”");
  assert.ok(await page.getByRole("radio", { name: /^30 days/ }).isChecked());
}, ofItsOwn);

journey("a session that ended before revoking leads to sign-in and back, and revokes nothing", async ({ page, workspace }) => {
  await makeKey(workspace, "unharmed");
  await openList(page);
  await expireSessions(workspace);
  await link(page, "Revoke unharmed").click();
  await seeHeading(page, "Sign in");
  await fillSignIn(page, workspace);
  await seeHeading(page, "Revoke “unharmed”?");
  await link(page, "Keep key").click();
  await see(row(page, "unharmed"), "Active");
}, ofItsOwn);

journey("after signing out, Back shows no data", async ({ page, workspace, width }) => {
  await makeKey(workspace, `private-${width}`);
  await signIn(page, workspace);
  await link(page, "Usage").click();
  await openList(page);
  await see(page, `private-${width}`);
  await page.getByRole("link", { name: "Account" }).click();
  await button(page, "Sign out").click();
  await see(page, "You’re signed out.");
  for (let n = 0; n < 4; n += 1) {
    await page.evaluate(() => history.back());
    await page.waitForTimeout(400);
    await page.waitForLoadState();
    const text = await page.locator("body").innerText();
    assert.ok(!text.includes(`private-${width}`) && !text.includes(workspace.email), `at ${page.url()}: ${text}`);
  }
}, { signedOut: true });

journey("signing out ends the session for everybody who holds its cookie", async ({ page, context, workspace }) => {
  await signIn(page, workspace);
  const { value } = (await context.cookies()).find(({ name }) => name === "chaser_session");
  assert.equal(await sessionLives(value), true);
  await page.getByRole("link", { name: "Account" }).click();
  await button(page, "Sign out").click();
  await see(page, "You’re signed out.");
  assert.equal(await sessionLives(value), false);
}, { ...ONCE, signedOut: true });

journey("signing in always begins a new session", async ({ page, context, workspace }) => {
  await context.addCookies([{ name: "chaser_session", value: "1".repeat(32), url: url("") }]);
  await signIn(page, workspace);
  const { value, httpOnly, sameSite, path } = (await context.cookies()).find(({ name }) => name === "chaser_session");
  assert.notEqual(value, "1".repeat(32));
  assert.deepEqual([httpOnly, sameSite, path], [true, "Lax", "/"]);
}, { ...ONCE, signedOut: true });
