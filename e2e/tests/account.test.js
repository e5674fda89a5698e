// One's own account.

import assert from "node:assert/strict";

import { openSession, sessionLives, tryToSignIn } from "../support/api.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { button, fillSignIn, see, seeFocus, seeHeading } from "../support/steps.js";
import { openBrowser } from "../support/visitor.js";
import { createWorkspace } from "../support/workspace.js";

const ofItsOwn = { workspace: () => createWorkspace("Wingtip") };
const NEW = "five even quieter otters swim";

async function changePassword(page, current, chosen) {
  await page.goto("/account");
  await page.getByLabel("Current password").fill(current);
  await page.getByLabel("New password").fill(chosen);
  await button(page, "Change password").click();
}

journey("the account tells who one is, and where", async ({ page, workspace }) => {
  await page.goto("/account");
  await see(page, workspace.email);
  await see(page.getByRole("main"), workspace.name);
  assert.equal(await page.getByLabel("Current password").getAttribute("autocomplete"), "current-password");
  assert.equal(await page.getByLabel("New password").getAttribute("autocomplete"), "new-password");
});

journey("a changed password signs in, the old one does not, and other sessions end", async ({ page, workspace, width }) => {
  const elsewhere = await openSession(workspace);
  const other = await openBrowser({ session: elsewhere }, { width });
  await other.page.goto("/keys");
  await seeHeading(other.page, "API keys");

  await changePassword(page, workspace.password, NEW);
  await seeFocus(page, page.getByRole("status").filter({ hasText: "Your password is changed. Your other sessions have ended." }));
  assert.equal(await sessionLives(elsewhere), false);
  await other.page.reload();
  await seeHeading(other.page, "Sign in");
  await other.context.close();

  await page.goto("/keys");
  await seeHeading(page, "API keys");
  assert.equal(await tryToSignIn(workspace), 401);
  assert.equal(await tryToSignIn({ ...workspace, password: NEW }), 204);
}, ofItsOwn);

journey("a wrong current password changes nothing", async ({ page, workspace }) => {
  await changePassword(page, "not the password at all", NEW);
  await seeFocus(page, page.getByRole("alert").filter({ hasText: "That is not your current password" }));
  assert.equal(await page.getByLabel("Current password").getAttribute("aria-invalid"), "true");
  assert.equal(await tryToSignIn(workspace), 204);
}, { ...ofItsOwn, complaints: [refused(422)] });

journey("a weak password is refused with the reason", async ({ page, workspace }) => {
  for (const weak of ["short", "passwordpassword", workspace.email]) {
    await changePassword(page, workspace.password, weak);
    await seeFocus(page, page.getByRole("alert"));
    assert.equal(await page.getByLabel("New password").getAttribute("aria-invalid"), "true");
    assert.equal(await page.getByLabel("New password").inputValue(), "");
  }
  assert.equal(await tryToSignIn(workspace), 204);
}, { ...ONCE, ...ofItsOwn, complaints: [refused(422)] });

journey("signing out everywhere ends every session, this one too", async ({ page, workspace }) => {
  const elsewhere = await openSession(workspace);
  await page.goto("/account");
  await button(page, "Sign out everywhere").click();
  await see(page, "You’re signed out everywhere.");
  assert.deepEqual([await sessionLives(elsewhere), await sessionLives(workspace.session)], [false, false]);
  await fillSignIn(page, workspace);
  await seeHeading(page, "API keys");
}, ofItsOwn);
