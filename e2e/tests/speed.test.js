// Pages show themselves at once, hold still, and stay quick with thousands of keys.

import assert from "node:assert/strict";

import { makeKey } from "../support/api.js";
import { insertKeys, insertUsageForAll, sql } from "../support/database.js";
import { ONCE, journey } from "../support/journey.js";
import { createKey, openList, see, seeHeading, untilWaiting } from "../support/steps.js";
import { assertLight, recordRequests } from "../support/weight.js";
import { createWorkspace } from "../support/workspace.js";

const MANY = 5_000;
const SLOWEST = 1_000;
/** Between two frames, in milliseconds: what is longer is seen to stick. */
const LONGEST_FRAME = 100;

async function measure(page, path) {
  await page.goto(path, { waitUntil: "load" });
  return page.evaluate(() => {
    const [entry] = performance.getEntriesByType("navigation");
    return { answered: Math.round(entry.responseEnd), loaded: Math.round(entry.loadEventEnd), bytes: entry.transferSize };
  });
}

/** The quickest of some: what the page takes, and not what else the machine was about. */
async function quickest(page, path) {
  let best = await measure(page, path);
  for (let n = 0; n < 4 && best.loaded >= SLOWEST; n += 1) best = await measure(page, path);
  return best;
}

/** The longest time between two frames while a page is scrolled to its end. */
const longestFrame = (page) => page.evaluate(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  let [longest, last] = [0, await frame()];
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 5) {
    scrollTo(0, y);
    const now = await frame();
    [longest, last] = [Math.max(longest, now - last), now];
  }
  return Math.round(longest);
});

/** The smoothest of some tries, as with `quickest`. */
async function smoothest(page) {
  let best = await longestFrame(page);
  for (let n = 0; n < 4 && best >= LONGEST_FRAME; n += 1) best = Math.min(best, await longestFrame(page));
  return best;
}

/** The pages that begin something; the key is made for it. */
async function paths(workspace, width) {
  const { id } = await makeKey(workspace, `quick-${width}`);
  return ["/keys", "/keys/new", `/keys/${id}/rotate`, "/usage", "/account"];
}

journey("pages are painted before any script has come", async ({ page, workspace, width }) => {
  await page.route("**/*.js", () => {});
  for (const path of await paths(workspace, width)) {
    await page.goto(path, { waitUntil: "commit" });
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    await page.getByRole("heading", { level: 1 }).waitFor();
  }
});

journey("a script never blocks rendering", async ({ page }) => {
  await openList(page);
  const blocking = await page.evaluate(() => performance.getEntriesByType("resource")
    .filter((entry) => entry.initiatorType === "script" && entry.renderBlockingStatus === "blocking").map((entry) => entry.name));
  assert.deepEqual(blocking, []);
}, ONCE);

journey("nothing moves once a page is painted", async ({ page, workspace, width }) => {
  await page.addInitScript(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; })).observe({ type: "layout-shift", buffered: true });
  });
  const assertStill = async () => {
    await page.waitForTimeout(300);
    const shifts = await page.evaluate(() => window.shifts);
    assert.ok(shifts < 0.001, `${page.url()} shifts by ${shifts}`);
  };
  for (const path of await paths(workspace, width)) {
    await page.goto(path);
    await assertStill();
  }
  await createKey(page, `still-${width}`);
  await untilWaiting(page);
  await assertStill();
});

journey("5,000 keys are listed, searched and counted quickly, and scroll smoothly", async ({ page, workspace, width }) => {
  await insertKeys(workspace, MANY);
  await insertUsageForAll(workspace);
  await sql("analyze api_keys; analyze key_usage");
  const requests = recordRequests(page);
  for (const path of ["/keys", "/keys?q=4321", "/keys?sort=used&page=100", "/usage"]) {
    const { answered, loaded, bytes } = await quickest(page, path);
    console.log(`5,000 keys, ${width}, ${path}: answered in ${answered} ms, loaded in ${loaded} ms, ${bytes} bytes`);
    assert.ok(loaded > 0 && loaded < SLOWEST, `${path} took ${loaded} ms`);
    await assertLight(requests, path);
    const frame = await smoothest(page);
    console.log(`5,000 keys, ${width}, ${path}: at most ${frame} ms between two frames while it is scrolled`);
    assert.ok(frame < LONGEST_FRAME, `${path} sticks for ${frame} ms while it is scrolled`);
  }
  await openList(page);
  await see(page, "5,000 keys");
  await page.goto("/usage");
  await seeHeading(page, /^Usage in/);
}, { workspace: () => createWorkspace("Initech") });
