// The end of a grace period: the old key dies at the second that the page states.

import assert from "node:assert/strict";

import { makeKey, statusOf } from "../support/api.js";
import { sql } from "../support/database.js";
import { ONCE, journey } from "../support/journey.js";
import { button, openList, readSecret, row, rows, saySaved, see, startRotating } from "../support/steps.js";

/** Requests take a moment, and so do two clocks. */
const SLACK = 400;

/** When each request began and ended, and whether the key was taken. */
async function callUntil(key, end) {
  const calls = [];
  while (Date.now() < end) {
    const began = Date.now();
    const status = await statusOf(key);
    calls.push({ began, ended: Date.now(), status });
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return calls;
}

journey("an old key works until the second that the page states, and not after", async ({ page, workspace, width }) => {
  const name = `ending-${width}`;
  const { id, secret: old } = await makeKey(workspace, name);
  await startRotating(page, name);
  await page.getByRole("radio", { name: /^1 day/ }).check();
  await button(page, "Rotate key").click();
  const next = await readSecret(page);
  await saySaved(page, name);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [200, 200]);

  await sql(`update api_keys set revoked_at = date_trunc('second', now()) + interval '8 seconds' where id = '${id}'`);
  await openList(page, `?q=${name}`);
  await see(row(page, name), /Stops in\s+under a minute/);
  const stated = new Date(await row(page, name).locator(".k-status time").getAttribute("datetime")).getTime();
  assert.ok(stated > Date.now() + 2_000, "there is time to see it work");

  const calls = await callUntil(old, stated + 2_000);
  const before = calls.filter(({ ended }) => ended < stated - SLACK);
  const after = calls.filter(({ began }) => began > stated + SLACK);
  assert.ok(before.length > 5 && after.length > 5, `${before.length} calls before, ${after.length} after`);
  assert.deepEqual([...new Set(before.map(({ status }) => status))], [200]);
  assert.deepEqual([...new Set(after.map(({ status }) => status))], [401]);
  assert.equal(await statusOf(next), 200);

  // The page that stayed open says so by itself.
  await see(row(page, name), /^Stopped$/);
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 2);
  await see(row(page, name), "Active");
  await see(rows(page, name).nth(1), "Revoked");
}, ONCE);
