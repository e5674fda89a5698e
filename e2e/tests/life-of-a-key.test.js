// The journey of the documented page, and what rotation adds to it.

import assert from "node:assert/strict";

import { call, statusOf } from "../support/api.js";
import { untilCounted } from "../support/database.js";
import { journey } from "../support/journey.js";
import { button, createKey, link, openList, readClipboard, readSecret, row, rows, saySaved, see, seeFocus, startRotating, stopNow } from "../support/steps.js";

journey("a key is created, copied, used, rotated with 7 days, and its old secret revoked", async ({ page, width }) => {
  const name = `production-${width}`;
  const old = await createKey(page, name);
  await seeFocus(page, page.getByRole("heading", { name: "Copy your key now" }));
  await button(page, "Copy key").click();
  await see(page, "Key copied");
  assert.equal(await readClipboard(page), old);
  await see(page, "Waiting for the first request…");
  assert.equal(await statusOf(old), 200);
  await page.getByText(/First request received \d\d:\d\d (CET|CEST|GMT\+[12])\. It works\./).waitFor();
  await saySaved(page, name);
  assert.match(await row(page, name).textContent(), /Active/);

  await startRotating(page, name);
  assert.ok(await page.getByRole("radio", { name: /^7 days/ }).isChecked());
  await button(page, "Rotate key").click();
  const next = await readSecret(page);
  await see(page, /The old key cha_live_.{7}… keeps working until/);
  await button(page, "Copy key").click();
  await see(page, "Key copied");
  assert.equal(await readClipboard(page), next);
  await saySaved(page, name);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [200, 200]);

  await call(old, 3);
  await untilCounted(old, 5);
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 2);
  await see(row(page, name), /Stops in/);
  await see(row(page, name), /Still in use: last used\s+just now, 4 requests since rotation\./);
  await see(row(page, name), next.slice(0, 16));

  await stopNow(row(page, name)).click();
  const dialog = page.getByRole("alertdialog");
  await see(dialog, /Last used\s+just now, 5 requests today\./);
  await see(dialog, `The new key ${next.slice(0, 16)}… is not affected.`);
  await dialog.getByLabel(`Type ${name} to revoke it`).fill(name);
  await button(dialog, "Revoke key").click();
  await see(page, `“${name}” is revoked: no server accepts it any more.`);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [401, 200]);
  await see(rows(page, name).filter({ hasText: old.slice(0, 16) }), /Revoked\s+just now/);
});

journey("a key that nobody calls any more is stopped with one click", async ({ page, width }) => {
  const name = `quiet-${width}`;
  const old = await createKey(page, name);
  await saySaved(page, name);
  await startRotating(page, name);
  await button(page, "Rotate key").click();
  const next = await readSecret(page);
  await saySaved(page, name);
  await see(row(page, name), "The new key has not been used yet, and the old key never was.");
  await call(next);
  await untilCounted(next, 1);
  await openList(page, `?q=${name}`);
  await see(row(page, name), "Not used since rotation: safe to stop now.");
  await stopNow(row(page, name)).click();
  await see(page, `“${name}” is revoked: no server accepts it any more.`);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [401, 200]);
});
