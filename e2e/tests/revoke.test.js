// Revoking: what will break is told, and nothing is revoked by accident.

import assert from "node:assert/strict";

import { call, makeKey, statusOf } from "../support/api.js";
import { insertUsage, untilCounted, usedBefore } from "../support/database.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { button, link, openList, readSecret, row, saySaved, see, seeAddress, seeFocus, stopNow } from "../support/steps.js";

async function askToRevoke(page, name) {
  await openList(page, `?q=${name}`);
  await link(page, `Revoke ${name}`).click();
  const dialog = page.getByRole("alertdialog", { name: `Revoke “${name}”?` });
  await dialog.waitFor();
  return dialog;
}

journey("revoking an unused key takes one question, and the key is dead everywhere", async ({ page, workspace, width }) => {
  const name = `unused-${width}`;
  const { secret, prefix } = await makeKey(workspace, name);
  const dialog = await askToRevoke(page, name);
  await see(dialog, `Calls using ${prefix}… will fail at once, everywhere. This can’t be undone.`);
  await see(dialog, "It was never used.");
  await seeFocus(page, link(dialog, "Keep key"));
  await button(dialog, "Revoke key").click();
  await seeFocus(page, page.getByRole("status").filter({ hasText: `“${name}” is revoked: no server accepts it any more.` }));
  assert.equal(await statusOf(secret), 401);
  assert.match(await row(page, name).textContent(), /Revoked/);
  assert.equal(await link(page, `Revoke ${name}`).count(), 0);
});

journey("a key used in the last day is revoked only by who types its name", async ({ page, workspace, width }) => {
  const name = `busy-${width}`;
  const { id, secret } = await makeKey(workspace, name);
  await insertUsage(id, [1203]);
  await call(secret);
  await untilCounted(secret, 1_204);
  const dialog = await askToRevoke(page, name);
  await see(dialog, /Last used\s+just now, 1,20[4-9] requests today\./);
  const field = dialog.getByLabel(`Type ${name} to revoke it`);
  await field.fill("something else");
  await button(dialog, "Revoke key").click();
  const told = page.getByText("Type the key’s name exactly as it is shown. Nothing was revoked.");
  await told.waitFor();
  await seeFocus(page, page.getByLabel(`Type ${name} to revoke it`));
  assert.equal(await statusOf(secret), 200);
  await page.getByLabel(`Type ${name} to revoke it`).fill(name);
  await button(page, "Revoke key").click();
  await see(page, `“${name}” is revoked`);
  assert.equal(await statusOf(secret), 401);
}, { complaints: [refused(422)] });

journey("a key used two days ago is revoked without typing", async ({ page, workspace, width }) => {
  const name = `idle-${width}`;
  const { id, secret } = await makeKey(workspace, name);
  await insertUsage(id, [12]);
  await usedBefore(id, "50 hours");
  const dialog = await askToRevoke(page, name);
  await see(dialog, /Last used\s+2 days ago/);
  await button(dialog, "Revoke key").click();
  await see(page, `“${name}” is revoked`);
  assert.equal(await statusOf(secret), 401);
}, ONCE);

journey("Enter, Escape and Keep key revoke nothing, and the focus goes back", async ({ page, workspace, width }) => {
  const name = `kept-${width}`;
  const { secret } = await makeKey(workspace, name);
  for (const leave of [(dialog) => link(dialog, "Keep key").click(), () => page.keyboard.press("Escape"), () => page.keyboard.press("Enter")]) {
    const dialog = await askToRevoke(page, name);
    await leave(dialog);
    await dialog.waitFor({ state: "detached" });
    await seeFocus(page, link(page, `Revoke ${name}`));
  }
  assert.equal(await statusOf(secret), 200);
});

journey("Enter in the field of a wrong name revokes nothing", async ({ page, workspace, width }) => {
  const name = `entered-${width}`;
  const { id, secret } = await makeKey(workspace, name);
  await insertUsage(id, [5]);
  const dialog = await askToRevoke(page, name);
  await dialog.getByRole("textbox").fill("entered");
  await page.keyboard.press("Enter");
  await see(page, "Nothing was revoked.");
  assert.equal(await statusOf(secret), 200);
}, { complaints: [refused(422)] });

journey("the question is a page too, for a link opened by itself", async ({ page, workspace, width }) => {
  const name = `paged-${width}`;
  const { id, secret } = await makeKey(workspace, name);
  await page.goto(`/keys/${id}/revoke`);
  await seeFocus(page, link(page, "Keep key"));
  await button(page, "Revoke key").click();
  await see(page, `“${name}” is revoked`);
  assert.equal(await statusOf(secret), 401);
}, ONCE);

journey("a quiet old key that was called again is not stopped by the one click", async ({ page, workspace, width }) => {
  const name = `woken-${width}`;
  const { id, secret } = await makeKey(workspace, name);
  await openList(page);
  await page.goto(`/keys/${id}/rotate`);
  await button(page, "Rotate key").click();
  const next = await readSecret(page);
  await saySaved(page, name);
  await call(next);
  await untilCounted(next, 1);
  await openList(page, `?q=${name}`);
  await see(row(page, name), "Not used since rotation: safe to stop now.");
  await call(secret);
  await untilCounted(secret, 1);
  await stopNow(row(page, name)).click();
  await see(page, "This key may be needed after all, so it was not stopped.");
  assert.equal(await statusOf(secret), 200);
}, { ...ONCE, complaints: [refused(422)] });

for (const javaScriptEnabled of [true, false]) {
  journey(`Enter on the page of the question keeps the key${javaScriptEnabled ? "" : ", without JavaScript too"}`, async ({ page, workspace, width }) => {
    const name = `entered-${javaScriptEnabled}-${width}`;
    const { id, secret } = await makeKey(workspace, name);
    await page.goto(`/keys/${id}/revoke`);
    await seeFocus(page, link(page, "Keep key"));
    await page.keyboard.press("Enter");
    await seeAddress(page, /\/keys$/);
    assert.equal(await statusOf(secret), 200);
  }, { ...ONCE, javaScriptEnabled });
}

journey("Enter held down on Revoke revokes nothing", async ({ page, workspace, width }) => {
  const name = `held-${width}`;
  const { secret } = await makeKey(workspace, name);
  await openList(page, `?q=${name}`);
  await link(page, `Revoke ${name}`).focus();
  for (let n = 0; n < 12; n += 1) {
    await page.keyboard.down("Enter");
    await page.waitForTimeout(40);
  }
  await page.keyboard.up("Enter");
  await page.waitForTimeout(300);
  assert.equal(await statusOf(secret), 200);
}, ONCE);
