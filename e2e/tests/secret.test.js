// A secret is shown once, and nothing of it is left behind.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { call, statusOf } from "../support/api.js";
import { expireSessions } from "../support/database.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { place } from "../support/place.js";
import { button, createKey, link, openList, readSecret, row, rows, saySaved, see, seeAddress, seeHeading, startCreating, untilWaiting } from "../support/steps.js";
import { createWorkspace } from "../support/workspace.js";

/** Everything of the browser in which something could be left. */
const traces = (page) => page.evaluate(async () => JSON.stringify([
  document.documentElement.outerHTML,
  [...document.querySelectorAll("input, textarea")].map((field) => field.value),
  location.href, document.referrer, document.cookie, document.title, window.name, history.state,
  { ...localStorage }, { ...sessionStorage },
  window.navigation?.entries().map((entry) => entry.url),
  performance.getEntriesByType("resource").map((entry) => entry.name),
  await indexedDB.databases(), await caches.keys(),
]));

/** Once more, where a navigation came between. */
const tracesOf = (page) => traces(page).catch(async () => {
  await page.waitForLoadState();
  return traces(page);
});

async function assertGone(page, secret) {
  const found = await tracesOf(page);
  assert.ok(!found.includes(secret.slice(16)), `the secret is still at ${page.url()}`);
}

/** How long after its first request the page tells of it, in milliseconds. */
async function untilFirstRequestIsTold(page, name) {
  const secret = await createKey(page, name);
  await untilWaiting(page);
  const called = Date.now();
  await call(secret);
  await see(page, /First request received \d\d:\d\d (CET|CEST|GMT\+[12])\. It works\./);
  return Date.now() - called;
}

/** Goes somewhere in the history; at its end nothing happens. */
async function go(page, step) {
  await page.evaluate((to) => history.go(to), step).catch(() => {});
  await page.waitForTimeout(500);
  await page.waitForLoadState();
}

function answerQuestions(page) {
  const questions = [];
  page.on("dialog", (dialog) => { questions.push(dialog.type()); return dialog.accept(); });
  return questions;
}

journey("after saving, Back and Forward show no secret, and nothing of the browser holds it", async ({ page, width }) => {
  const name = `saved-${width}`;
  await openList(page);
  const secret = await createKey(page, name);
  await saySaved(page, name);
  await assertGone(page, secret);
  for (const step of [-1, -1, 1, 1, -2, 2]) {
    await go(page, step);
    await assertGone(page, secret);
  }
  assert.equal(await rows(page, name).count(), 1);
});

journey("while it is shown, a secret is nowhere but on the page", async ({ page, width }) => {
  const secret = await createKey(page, `shown-${width}`);
  await untilWaiting(page);
  await button(page, "Copy key").click();
  await see(page, "Key copied");
  assert.equal(await statusOf(secret), 200);
  await page.evaluate(() => document.querySelectorAll("[data-secret]").forEach((node) => node.remove()));
  await assertGone(page, secret);
  const cookies = JSON.stringify(await page.context().cookies());
  assert.ok(!cookies.includes(secret.slice(16)));
  const log = readFileSync(place.log, "utf8");
  assert.match(log, /POST/, "the server logs what it is asked");
  assert.ok(!log.includes(secret.slice(16)), "the server's log holds the secret");
}, ONCE);

journey("leaving without saving asks, and coming Back shows no secret", async ({ page, width }) => {
  const questions = answerQuestions(page);
  const name = `left-${width}`;
  await openList(page);
  const secret = await createKey(page, name);
  await untilWaiting(page);
  await link(page, "Usage").click();
  await seeHeading(page, /^Usage in/);
  assert.deepEqual(questions, ["beforeunload"]);
  for (const step of [-1, -1, 1]) {
    await go(page, step);
    await assertGone(page, secret);
  }
});

journey("staying when asked keeps the secret", async ({ page, width }) => {
  page.on("dialog", (dialog) => dialog.dismiss());
  const secret = await createKey(page, `stayed-${width}`);
  await untilWaiting(page);
  await link(page, "Usage").click();
  await page.waitForTimeout(500);
  assert.equal(await readSecret(page), secret);
}, ONCE);

journey("a copied secret may be left without a question", async ({ page, width }) => {
  const questions = answerQuestions(page);
  await createKey(page, `copied-${width}`);
  await button(page, "Copy key").click();
  await see(page, "Key copied");
  await link(page, "Usage").click();
  await seeHeading(page, /^Usage in/);
  assert.deepEqual(questions, []);
}, ONCE);

journey("a reload after creating shows the list and creates no second key", async ({ page, width }) => {
  answerQuestions(page);
  const name = `reloaded-${width}`;
  const secret = await createKey(page, name);
  await untilWaiting(page);
  await page.reload();
  await seeHeading(page, "API keys");
  await seeAddress(page, /\/keys$/);
  assert.equal(await rows(page, name).count(), 1);
  await assertGone(page, secret);
});

journey("a double click on Create key creates one", async ({ page, width }) => {
  const name = `doubled-${width}`;
  await startCreating(page, name);
  await button(page, "Create key").dblclick();
  await readSecret(page);
  await saySaved(page, name);
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 1);
});

journey("Enter pressed twice creates one", async ({ page, width }) => {
  const name = `entered-${width}`;
  await startCreating(page, name);
  await page.getByLabel("Name", { exact: true }).focus();
  await page.evaluate(() => { const { form } = document.activeElement; form.requestSubmit(); form.requestSubmit(); });
  await readSecret(page);
  await saySaved(page, name);
  assert.equal(await rows(page, name).count(), 1);
}, ONCE);

journey("a form sent again makes nothing and says so", async ({ page, context, width }) => {
  const name = `again-${width}`;
  let sent;
  page.on("request", (request) => { if (request.method() === "POST" && request.url().endsWith("/keys/new")) sent = request.postData(); });
  const secret = await createKey(page, name);
  await saySaved(page, name);
  const headers = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", Accept: "text/html" };
  const answer = await context.request.post("/keys/new", { data: sent, headers });
  const text = await answer.text();
  assert.match(text, new RegExp(`“${name}” was already created`));
  assert.ok(!text.includes(secret));
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 1);
}, ONCE);

journey("a secret that nobody saved is flagged until a new one is made", async ({ page, width }) => {
  answerQuestions(page);
  const name = `missed-${width}`;
  const missed = await createKey(page, name);
  await openList(page, `?q=${name}`);
  await see(row(page, name), "Secret not confirmed");
  await link(page, `Get a new secret for ${name}`).click();
  await seeHeading(page, `Get a new secret for “${name}”`);
  assert.ok(await page.getByRole("radio", { name: /^Now: stop at once/ }).isChecked());
  await button(page, "Get a new secret").click();
  const next = await readSecret(page);
  await saySaved(page, name);
  assert.deepEqual([await statusOf(missed), await statusOf(next)], [401, 200]);
});

journey("a secret saved after all is said to be in the list", async ({ page, width }) => {
  answerQuestions(page);
  const name = `remembered-${width}`;
  await createKey(page, name);
  await openList(page, `?q=${name}`);
  await row(page, name).getByText("I’ve saved it").click();
  await see(page, `“${name}” is ready.`);
  await see(row(page, name), "Active");
});

journey("Escape, pressed three times, loses nothing", async ({ page, width }) => {
  const secret = await createKey(page, `escaped-${width}`);
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("Escape");
  assert.equal(await readSecret(page), secret);
});

journey("the page with a secret is not stored, the secret is no field, and copying it is told once, without it", async ({ page, width }) => {
  const shown = page.waitForResponse((response) => response.request().method() === "POST");
  const secret = await createKey(page, `unstored-${width}`);
  assert.equal((await shown).headers()["cache-control"], "no-store");
  const fields = await page.locator("input, textarea").evaluateAll((nodes) => nodes.map((node) => node.value));
  assert.ok(!fields.join(" ").includes(secret));
  await page.evaluate(() => {
    window.told = [];
    const tell = ({ target }) => { if (target.textContent) window.told.push(target.textContent); };
    for (const node of document.querySelectorAll("[role=status], [role=alert], [aria-live]")) {
      new MutationObserver((changes) => changes.forEach(tell)).observe(node, { childList: true, characterData: true, subtree: true });
    }
  });
  await button(page, "Copy key").click();
  await see(page, "Key copied");
  await page.waitForTimeout(500);
  assert.deepEqual(await page.evaluate(() => window.told), ["Key copied"], "read aloud once, and never the secret");
}, ONCE);

journey("the first request is told within five seconds", async ({ page, width }) => {
  answerQuestions(page);
  // Once in three tries: a busy machine may be late, a page that asks too seldom always is.
  const took = [];
  for (let n = 0; n < 3 && !took.some((time) => time < 5_000); n += 1) took.push(await untilFirstRequestIsTold(page, `seen-${n}-${width}`));
  assert.ok(Math.min(...took) < 5_000, `it took ${took} ms`);
}, ONCE);

journey("nothing on the way to a secret looks like a password to be saved", async ({ page, width }) => {
  const passwords = () => page.locator("input[type=password], input[autocomplete~=current-password], input[autocomplete~=new-password]").count();
  await startCreating(page, `unsaved-${width}`);
  const field = page.getByLabel("Name", { exact: true });
  const told = await field.evaluate((node) => [node.autocomplete, ...["data-1p-ignore", "data-lpignore", "data-bwignore"].map((name) => node.getAttribute(name))]);
  assert.deepEqual(told, ["off", "", "true", ""]);
  assert.equal(await passwords(), 0);
  await button(page, "Create key").click();
  await readSecret(page);
  assert.equal(await passwords(), 0);
}, ONCE);

journey("a session that ends while waiting for the first request is told, and the secret stays", async ({ page, workspace }) => {
  const secret = await createKey(page, "waiting");
  await expireSessions(workspace);
  await see(page, /Session ended\./);
  await call(secret);
  assert.equal(await readSecret(page), secret);
  await link(page, "Sign in").waitFor();
}, { workspace: () => createWorkspace(), complaints: [refused(401)] });
