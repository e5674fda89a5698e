// Renaming, in the row itself.

import assert from "node:assert/strict";

import { listByApi, makeKey, openSession } from "../support/api.js";
import { expireSessions } from "../support/database.js";
import { journey, refused } from "../support/journey.js";
import { button, fillSignIn, goOffline, link, openList, row, see, seeFocus, seeHeading } from "../support/steps.js";
import { createWorkspace } from "../support/workspace.js";

const nameOf = async (workspace, id) => (await listByApi(workspace)).find((key) => key.id === id).name;

async function startRenaming(page, name) {
  await openList(page, `?q=${name}`);
  await link(page, `Rename ${name}`).click();
  const field = page.getByLabel(`New name for ${name}`);
  await seeFocus(page, field);
  return field;
}

journey("a key is renamed in its row, without leaving the list", async ({ page, workspace, width }) => {
  const { id } = await makeKey(workspace, `before-${width}`);
  const field = await startRenaming(page, `before-${width}`);
  const address = page.url();
  await field.fill(`after-${width}`);
  await button(page, "Save").click();
  await see(page, `Renamed to “after-${width}”`);
  await seeFocus(page, link(page, `Rename after-${width}`));
  await link(page, `Revoke after-${width}`).waitFor();
  assert.equal(page.url(), address);
  assert.equal(await nameOf(workspace, id), `after-${width}`);
});

journey("Escape and Cancel leave the name as it was", async ({ page, workspace, width }) => {
  const name = `stays-${width}`;
  const { id } = await makeKey(workspace, name);
  for (const leave of [() => page.keyboard.press("Escape"), () => button(page, "Cancel").click()]) {
    const field = await startRenaming(page, name);
    await field.fill("something else");
    await leave();
    await seeFocus(page, link(page, `Rename ${name}`));
    await row(page, name).waitFor();
  }
  assert.equal(await nameOf(workspace, id), name);
});

journey("a name that cannot be is refused where it was typed", async ({ page, workspace, width }) => {
  const name = `valid-${width}`;
  const { id } = await makeKey(workspace, name);
  const field = await startRenaming(page, name);
  await field.fill("   ");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await seeFocus(page, field);
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.equal(await nameOf(workspace, id), name);
}, { complaints: [refused(400)] });

journey("a session that ended while renaming leads to sign-in and back to the typed name", async ({ page, workspace }) => {
  const { id } = await makeKey(workspace, "old-name");
  const field = await startRenaming(page, "old-name");
  await field.fill("typed name");
  await expireSessions(workspace);
  await button(page, "Save").click();
  await seeHeading(page, "Sign in");
  await fillSignIn(page, workspace);
  await seeHeading(page, "Rename “old-name”");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "typed name");
  await button(page, "Rename").click();
  await see(page, "The key is now called “typed name”.");
  assert.equal(await nameOf({ session: await openSession(workspace) }, id), "typed name");
}, { workspace: () => createWorkspace(), complaints: [refused(401)] });

journey("without a connection nothing is renamed, and the typed name stays", async ({ page, workspace, width }) => {
  const name = `online-${width}`;
  const { id } = await makeKey(workspace, name);
  const field = await startRenaming(page, name);
  await field.fill("offline");
  await goOffline(page);
  await button(page, "Save").click();
  await see(page, "You’re offline. Nothing was sent.");
  assert.equal(await field.inputValue(), "offline");
  assert.equal(await nameOf(workspace, id), name);
});
