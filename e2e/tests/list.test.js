// The list: empty, filtered, searched, sorted, and long.

import assert from "node:assert/strict";

import { makeKey, revokeByApi, rotateByApi } from "../support/api.js";
import { insertKeys, insertUsage } from "../support/database.js";
import { ONCE, journey } from "../support/journey.js";
import { button, follow, link, names, openList, row, see, seeAddress, seeHeading } from "../support/steps.js";
import { createWorkspace } from "../support/workspace.js";

const ofItsOwn = { workspace: () => createWorkspace("Fabrikam") };

const fold = (page) => page.locator(".filters summary");

async function unfold(page) {
  if (await fold(page).isVisible()) await fold(page).click();
}

async function choose(page, label, option) {
  await unfold(page);
  await page.getByLabel(label, { exact: true }).selectOption(option);
  await follow(page, () => button(page, "Apply").click());
}

async function search(page, text) {
  await page.getByLabel("Search").fill(text);
  await follow(page, () => page.keyboard.press("Enter"));
}

journey("a workspace without keys leads to the first one", async ({ page }) => {
  await openList(page);
  await seeHeading(page, "No keys yet");
  await see(page, "Create one to call the API.");
  await page.getByRole("link", { name: "Create key" }).click();
  await seeHeading(page, "Create key");
}, ofItsOwn);

journey("keys are filtered by mode and status", async ({ page, workspace }) => {
  await makeKey(workspace, "live-one");
  await makeKey(workspace, "test-one", "test");
  await revokeByApi(workspace, (await makeKey(workspace, "gone")).id);
  await rotateByApi(workspace, (await makeKey(workspace, "turning")).id, 7);
  await openList(page);
  await see(page, "5 keys · 1 needs attention");
  assert.deepEqual((await names(page)).slice(0, 2), ["turning", "turning"]);
  await choose(page, "Mode", "Test");
  assert.deepEqual(await names(page), ["test-one"]);
  await follow(page, () => link(page, "Clear").click());
  await choose(page, "Status", "Revoked");
  assert.deepEqual(await names(page), ["gone"]);
  await choose(page, "Status", "In grace");
  assert.deepEqual(await names(page), ["turning"]);
  await see(page, "1 of 5 keys");
}, ofItsOwn);

journey("120 keys come in pages, and search and sorting see all of them", async ({ page, workspace }) => {
  await insertKeys(workspace, 120);
  await openList(page);
  await see(page, "1–50 of 120");
  assert.equal((await names(page)).length, 50);
  assert.equal((await names(page))[0], "key-0001");
  await link(page, "Next").click();
  await see(page, "51–100 of 120");
  await link(page, "Next").click();
  await see(page, "101–120 of 120");
  assert.equal(await link(page, "Next").count(), 0);
  await link(page, "Previous").click();
  await see(page, "51–100 of 120");

  await openList(page);
  await search(page, "KEY-0117");
  assert.deepEqual(await names(page), ["key-0117"]);
  await choose(page, "Order", "Name");
  await page.goto("/keys?sort=name&page=3");
  assert.equal((await names(page)).at(-1), "key-0120");
}, ofItsOwn);

journey("a search without a match says so and leads back", async ({ page, workspace, width }) => {
  await makeKey(workspace, `something-${width}`);
  await openList(page);
  await search(page, "n<o>such");
  await seeHeading(page, "No keys match “n<o>such”.");
  await page.getByRole("link", { name: "Clear search" }).click();
  await row(page, `something-${width}`).waitFor();
});

journey("a key is found by its first characters; a whole key pasted into the search is cut before it is sent", async ({ page, workspace, width }) => {
  const { secret, prefix } = await makeKey(workspace, `pasted-${width}`);
  await openList(page);
  await search(page, secret);
  await seeAddress(page, (url) => url.searchParams.get("q") === prefix);
  assert.deepEqual(await names(page), [`pasted-${width}`]);
});

journey("a column's head sorts", async ({ page, workspace }) => {
  const { id } = await makeKey(workspace, "b-used");
  await makeKey(workspace, "a-unused");
  await makeKey(workspace, "c-unused");
  await insertUsage(id, [3]);
  await openList(page);
  await link(page, "Name").click();
  await seeAddress(page, /sort=name/);
  assert.deepEqual(await names(page), ["a-unused", "b-used", "c-unused"]);
  assert.equal(await page.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort"), "ascending");
  await link(page, "Last used").click();
  await seeAddress(page, /sort=used/);
  assert.equal((await names(page))[0], "b-used");
}, { ...ONCE, ...ofItsOwn });

journey("a row tells when a key was last used and how much in 14 days", async ({ page, workspace, width }) => {
  const { id } = await makeKey(workspace, `counted-${width}`);
  await insertUsage(id, [1204, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 999]);
  await makeKey(workspace, `idle-${width}`);
  await openList(page);
  await see(row(page, `counted-${width}`), "1,220");
  await row(page, `counted-${width}`).getByRole("img", { name: /^1,220 requests in 14 days, most on \w{3} \d+ \w{3}: 1,204$/ }).waitFor();
  await see(row(page, `idle-${width}`), "Never");
  const used = row(page, `counted-${width}`).locator(".k-used time");
  await used.focus();
  await see(page.getByRole("tooltip"), /, \d\d:\d\d (CET|CEST|GMT\+[12])\n.* UTC$/);
});

for (const javaScriptEnabled of [true, false]) {
  journey(`on the phone the filters are folded away, and say what they are set to${javaScriptEnabled ? "" : ", without JavaScript too"}`, async ({ page, workspace }) => {
    await makeKey(workspace, "live-one");
    await makeKey(workspace, "test-one", "test");
    await openList(page);
    assert.ok(await page.getByLabel("Search").isVisible());
    assert.equal(await page.getByLabel("Mode", { exact: true }).isVisible(), false);
    const { y } = await page.locator("table.keys").boundingBox();
    assert.ok(y < 330, `the first key stands ${y} px down`);

    await choose(page, "Mode", "Test");
    assert.match(await fold(page).textContent(), /^Filter and sort Test$/);
    assert.deepEqual(await names(page), ["test-one"]);
    await choose(page, "Order", "Name");
    await seeAddress(page, /mode=test.*sort=name/);
    assert.match(await fold(page).textContent(), /^Filter and sort Test, Name$/);
    await page.getByLabel("Search").fill("live");
    await button(page, "Search").click();
    await seeHeading(page, "No keys match “live”.");
    await follow(page, () => link(page, "Clear").click());
    assert.equal((await names(page)).length, 2);
  }, { ...ofItsOwn, widths: ["phone"], javaScriptEnabled });
}

journey("the two keys of a rotation stand together and are told apart", async ({ page, workspace }) => {
  const old = await makeKey(workspace, "turning");
  const alone = await makeKey(workspace, "alone");
  const next = await rotateByApi(workspace, old.id, 7);
  await openList(page);
  const told = await page.locator("table.keys tbody .k-name").allInnerTexts();
  assert.deepEqual(told.map((text) => text.replace(/\s+/g, " ").trim()), [
    `turning Old key ${old.prefix}…`, `turning New key ${next.prefix}… replaces ${old.prefix}…`, `alone ${alone.prefix}…`,
  ]);
}, ofItsOwn);

journey("which key of a rotation it is stands beside its name, or below the name's first letter", async ({ page, workspace, width }) => {
  await rotateByApi(workspace, (await makeKey(workspace, "partner-northwind-eu")).id, 7);
  await openList(page);
  const offsets = await page.locator(".turn").evaluateAll((turns) => turns.map((turn) => {
    const [pill, name] = [turn, turn.parentElement.querySelector(".name")].map((node) => node.getBoundingClientRect());
    return { isBelow: pill.top >= name.bottom - 2, indent: Math.round(pill.left - name.left) };
  }));
  assert.equal(offsets.length, 2);
  for (const { isBelow, indent } of offsets) {
    if (width === "desktop") assert.ok(!isBelow, "there is room beside a name of 20 characters");
    else assert.deepEqual({ isBelow, indent }, { isBelow: true, indent: 0 });
  }
}, ofItsOwn);
