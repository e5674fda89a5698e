// The month's usage: what is shown is what was sent.

import assert from "node:assert/strict";

import { call, makeKey, reportUsage, usageOf } from "../support/api.js";
import { insertUsage, untilCounted } from "../support/database.js";
import { journey } from "../support/journey.js";
import { button, readClipboard, see, seeHeading } from "../support/steps.js";
import { createWorkspace } from "../support/workspace.js";

const ofItsOwn = { workspace: () => createWorkspace("Contoso") };

const cells = (page, table) => page.locator(`#${table} tr`).evaluateAll((rows) =>
  rows.map((row) => [...row.cells].filter((cell) => !("noCopy" in cell.dataset)).map((cell) => cell.innerText.replace(/\s+/g, " ").trim())));

const totals = (page) => page.locator(".totals dd").allTextContents();

journey("totals, keys and days equal the requests that were sent", async ({ page, workspace }) => {
  const live = await makeKey(workspace, "web");
  const trial = await makeKey(workspace, "trial", "test");
  await call(live.secret, 7);
  await call(trial.secret, 3);
  await untilCounted(live.secret, 7);
  await untilCounted(trial.secret, 3);
  await page.goto("/usage");
  const [all, ofLive, ofTest] = (await totals(page)).map(Number);
  assert.equal(ofTest, 3);
  assert.equal(ofLive, 7);
  assert.equal(all, ofLive + ofTest);

  const byKey = await cells(page, "keys-table");
  assert.deepEqual(byKey.slice(1), [[`web ${live.prefix}…`, "Live", String(ofLive)], [`trial ${trial.prefix}…`, "Test", "3"]]);
  const byDay = await cells(page, "days-table");
  const { by_day: days } = await usageOf(live.secret);
  assert.equal(byDay.length, days.length + 2, "a head, every day of the month so far, and the sum");
  assert.deepEqual(byDay[1].slice(1), [String(ofLive), "3", String(all)]);
  assert.deepEqual(byDay.at(-1).slice(1), [String(ofLive), "3", String(all)]);
  await page.getByRole("img", { name: new RegExp(`^${all} requests by day, most on`) }).waitFor();
}, ofItsOwn);

journey("a table is copied as a spreadsheet takes it", async ({ page, workspace }) => {
  const { secret, prefix } = await makeKey(workspace, "exported");
  await call(secret, 2);
  await untilCounted(secret, 2);
  await page.goto("/usage");
  await button(page, "Copy table").first().click();
  await see(page, "Table copied");
  assert.equal(await readClipboard(page), `Key\tMode\tRequests\nexported ${prefix}…\tLive\t2`);
}, ofItsOwn);

journey("sessions and bytes are shown in a month that has any, and copied exactly", async ({ page, workspace }) => {
  const { id, secret, prefix } = await makeKey(workspace, "streaming");
  await call(secret, 1);
  await untilCounted(secret, 1);
  await page.goto("/usage");
  assert.equal(await page.getByRole("columnheader", { name: "Sessions" }).count(), 0);
  await reportUsage([{ key_id: id, sessions: 3, bytes_up: 999, bytes_down: 1_239_000 }]);
  await page.goto("/usage");
  const shown = [`streaming ${prefix}…`, "Live", "1", "3", "999 B", "1.23 MB"];
  assert.deepEqual((await cells(page, "keys-table")).at(-1), shown);
  await page.getByTitle("1,239,000 bytes").first().waitFor();
  await button(page, "Copy table").first().click();
  await see(page, "Table copied");
  const copied = [`Key\tMode\tRequests\tSessions\tUp\tDown`, `streaming ${prefix}…\tLive\t1\t3\t999\t1239000`];
  assert.equal(await readClipboard(page), copied.join("\n"));
}, ofItsOwn);

journey("on a phone every figure stands whole beside its heading, and nothing scrolls sideways", async ({ page, workspace }) => {
  const { id } = await makeKey(workspace, "partner-northwind-eu-central");
  await insertUsage(id, [12_345_678, 9_876_543]);
  await reportUsage([{ key_id: id, sessions: 12_345_678, bytes_up: 912_345, bytes_down: 123_239_000_000 }]);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto("/usage");
    await see(page, "Down");
    const figures = await page.locator(".wide .number[data-label]").evaluateAll((nodes) => nodes.map((node) => {
      const { left, right } = node.getBoundingClientRect();
      const heading = getComputedStyle(node, "::before").content;
      return { label: node.dataset.label, heading, isWhole: left >= 0 && right <= innerWidth && node.scrollWidth <= node.clientWidth };
    }));
    assert.ok(figures.length >= 4 + 6 + 6, "a key, a day, and the sum");
    assert.deepEqual(figures.filter(({ label, heading, isWhole }) => !isWhole || heading !== `"${label}"`), []);
    const tooWide = await page.locator(".wide").evaluateAll((nodes) =>
      nodes.map((node) => node.scrollWidth - node.clientWidth).filter((excess) => excess > 0));
    assert.deepEqual(tooWide, [], `at ${width} px`);
  }
  const lines = await page.locator("#days-table tbody th").evaluateAll((days) => days.map((day) => day.getBoundingClientRect().height));
  assert.equal(new Set(lines).size, 1, "no date takes two lines");
}, { ...ofItsOwn, widths: ["phone"] });

journey("a month without requests says so", async ({ page }) => {
  await page.goto("/usage");
  await seeHeading(page, /^Usage in/);
  await see(page, "No key was used this month.");
  assert.deepEqual(await totals(page), ["0", "0", "0"]);
}, ofItsOwn);
