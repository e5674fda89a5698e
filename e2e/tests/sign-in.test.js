// Signing in, out, and what goes wrong.

import assert from "node:assert/strict";

import { makeKey, tryToSignIn, waitAfterTrying } from "../support/api.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { button, fillSignIn, see, seeFocus, seeHeading, signIn } from "../support/steps.js";
import { createWorkspace } from "../support/workspace.js";

const signedOut = { signedOut: true };

journey("signing in leads to the keys, signing out back to sign-in", async ({ page, workspace }) => {
  await page.goto("/");
  await seeHeading(page, "Sign in");
  await seeFocus(page, page.getByLabel("E-mail"));
  await fillSignIn(page, workspace);
  await seeHeading(page, "API keys");
  await see(page.getByRole("banner"), workspace.name);
  await page.getByRole("link", { name: "Account" }).click();
  await button(page, "Sign out").click();
  await see(page, "You’re signed out.");
  await page.goto("/keys");
  await seeHeading(page, "Sign in");
}, signedOut);

journey("a wrong password is told, the e-mail stays, and the focus is on the message", async ({ page, workspace }) => {
  await page.goto("/sign-in");
  await fillSignIn(page, { ...workspace, password: "not the password at all" });
  await seeFocus(page, page.getByRole("alert").filter({ hasText: "That sign-in didn’t work. Check both fields." }));
  assert.equal(await page.getByLabel("E-mail").inputValue(), workspace.email);
  assert.equal(await page.getByLabel("Password").inputValue(), "");
  await fillSignIn(page, workspace);
  await seeHeading(page, "API keys");
}, { ...signedOut, complaints: [refused(401)] });

journey("an unknown e-mail and a wrong password look the same", async ({ page, workspace }) => {
  const seen = [];
  for (const person of [{ email: "nobody@example.com", password: workspace.password }, { ...workspace, password: "not the password at all" }]) {
    await page.goto("/sign-in");
    await fillSignIn(page, person);
    seen.push(await page.getByRole("alert").textContent());
  }
  assert.equal(seen[0], seen[1]);
}, { ...ONCE, ...signedOut, complaints: [refused(401)] });

journey("signing in returns to the page one came from", async ({ page, workspace, width }) => {
  const { id } = await makeKey(workspace, `returned-to-${width}`);
  await page.goto(`/keys/${id}/rotate?grace=1`);
  await seeHeading(page, "Sign in");
  await fillSignIn(page, { ...workspace, password: "not the password at all" });
  await see(page, "That sign-in didn’t work.");
  await fillSignIn(page, workspace);
  await seeHeading(page, `Rotate “returned-to-${width}”`);
  assert.ok(await page.getByRole("radio", { name: /^1 day/ }).isChecked());
}, { ...signedOut, complaints: [refused(401)] });

journey("signing in never leads to another site", async ({ page, workspace }) => {
  for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example"]) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await fillSignIn(page, workspace);
    await seeHeading(page, "API keys");
  }
}, { ...ONCE, ...signedOut });

journey("too many failures are told with the time to wait, and do not keep out a browser that is known", async ({ page, workspace }) => {
  await signIn(page, workspace);
  await page.context().clearCookies({ name: "chaser_session" });
  const stranger = { ...workspace, password: "a guess of fifteen characters" };
  // As often as it takes, and until the next is some seconds away: one becomes possible every six, also on a busy machine.
  const useUpTries = async () => { while (await waitAfterTrying(stranger) < 4) await page.waitForTimeout(50); };
  await useUpTries();
  assert.equal(await tryToSignIn(workspace), 429);
  await signIn(page, workspace);

  await page.context().clearCookies();
  await page.goto("/sign-in");
  await useUpTries();
  await fillSignIn(page, workspace);
  await seeFocus(page, page.getByRole("alert").filter({ hasText: /^Too many failed sign-ins\. Try again in \d+ seconds?\.$/ }));
  assert.equal(await page.getByLabel("E-mail").inputValue(), workspace.email);
}, { ...signedOut, workspace: () => createWorkspace(), complaints: [refused(429)] });

journey("fields are as password managers want them", async ({ page }) => {
  await page.goto("/sign-in");
  assert.equal(await page.getByLabel("E-mail").getAttribute("autocomplete"), "username");
  assert.equal(await page.getByLabel("Password").getAttribute("autocomplete"), "current-password");
  assert.equal(await page.getByLabel("Password").getAttribute("type"), "password");
}, { ...ONCE, ...signedOut });
