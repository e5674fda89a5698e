// Everything by keyboard alone.

import assert from "node:assert/strict";

import { statusOf } from "../support/api.js";
import { untilCounted } from "../support/database.js";
import { ONCE, journey } from "../support/journey.js";
import { focused, link, readClipboard, readSecret, row, see, seeAddress, seeFocus, seeHeading } from "../support/steps.js";

/** Presses Tab until the focus is on something whose name is this; whoever has the focus must be seen to. */
async function tabTo(page, name) {
  for (let n = 0; n < 80; n += 1) {
    await page.keyboard.press("Tab");
    const now = (await focused(page)).replace(/^\S+ /, "");
    if (now === name || now.startsWith(`${name}\n`)) return assertVisible(page, name);
  }
  return assert.fail(`Tab never comes to ${name}`);
}

async function assertVisible(page, name) {
  const seen = await page.evaluate(() => {
    const node = document.activeElement;
    const marked = [node, node.closest(".choice")].some((one) => one && getComputedStyle(one).outlineStyle !== "none");
    const box = node.getBoundingClientRect();
    return marked && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  });
  assert.ok(seen, `one sees that the focus is on ${name}`);
}

async function press(page, name) {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

journey("a key is created, copied, rotated and revoked by keyboard alone", async ({ page, workspace, width }) => {
  const name = `typed-${width}`;
  await page.goto("/sign-in");
  await seeFocus(page, page.getByLabel("E-mail"));
  await page.keyboard.type(workspace.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(workspace.password);
  await page.keyboard.press("Enter");
  await seeHeading(page, "API keys");

  await press(page, "+ Create key");
  await seeFocus(page, page.getByLabel("Name", { exact: true }));
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getByRole("radio", { name: "Test" }).isChecked());
  await press(page, "Create key");
  const old = await readSecret(page);
  await press(page, "Copy key");
  await see(page, "Key copied");
  assert.equal(await readClipboard(page), old);
  await press(page, "I’ve saved it");
  await seeFocus(page, page.getByRole("status").filter({ hasText: `“${name}” is ready.` }));

  await press(page, `Rotate ${name}`);
  await seeHeading(page, `Rotate “${name}”`);
  await press(page, "Rotate key");
  const next = await readSecret(page);
  await press(page, "I’ve saved it");
  await see(page, `“${name}” is ready.`);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [200, 200]);
  // Only then does the question below ask for the name.
  await untilCounted(old, 1);

  await press(page, `Rename ${name}`);
  await page.keyboard.type(`${name}-renamed`);
  await page.keyboard.press("Enter");
  await see(page, `Renamed to “${name}-renamed”`);
  await seeFocus(page, link(page, `Rename ${name}-renamed`));

  await press(page, `Revoke ${name}`);
  const dialog = page.getByRole("alertdialog");
  await seeFocus(page, link(dialog, "Keep key"));
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await seeFocus(page, link(page, `Revoke ${name}`));
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  await tabTo(page, `Type ${name} to revoke it`);
  await page.keyboard.type(name);
  await press(page, "Revoke key");
  await see(page, `“${name}” is revoked: no server accepts it any more.`);
  assert.match(await row(page, name).textContent(), /Revoked/);
}, { ...ONCE, signedOut: true });

journey("the first Tab leads past the header", async ({ page }) => {
  await page.goto("/keys");
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /Skip to content$/);
  await page.keyboard.press("Enter");
  await seeAddress(page, /#main$/);
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /Create key$/);
}, ONCE);

journey("inside the question Tab stays in the question", async ({ page, width }) => {
  await page.goto("/keys/new");
  await seeFocus(page, page.getByLabel("Name", { exact: true }));
  await page.keyboard.type(`trapped-${width}`);
  await page.keyboard.press("Enter");
  await readSecret(page);
  await press(page, "I’ve saved it");
  await see(page, "is ready.");
  await press(page, `Revoke trapped-${width}`);
  const dialog = page.getByRole("alertdialog");
  await dialog.waitFor();
  for (let n = 0; n < 6; n += 1) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null));
  }
});
