// What a person does on the pages, and what they look for.

import assert from "node:assert/strict";

export const SECRET = /^cha_(live|test)_[\w-]{43}$/;

export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const link = (page, name) => page.getByRole("link", { name, exact: true });
export const heading = (page, name) => page.getByRole("heading", { name });

/**
 * Waits until something shows and the scripts of its page have run, as they have for whoever comes to look. Before, a
 * click on a link leads away in the place of opening a dialog, and a script may yet move the focus.
 */
async function toShow(page, locator) {
  await locator.first().waitFor();
  await page.waitForLoadState();
}

const pageOf = (scope) => scope.page?.() ?? scope;

export const see = (scope, text) => toShow(pageOf(scope), scope.getByText(text));
export const seeHeading = (page, name) => toShow(page, heading(page, name));

/**
 * Waits until the address is that. Never read `page.url()` after a key or a click: it is the driver's copy, which
 * follows the browser's with no promise to have done so when the key is answered.
 */
export const seeAddress = (page, address) => page.waitForURL(address);

/** Does what leads to another page, and waits until all of that is there. */
export const follow = (page, act) => Promise.all([page.waitForEvent("load"), act()]);

/** The rows of keys with a name, in the order of the list. */
export const rows = (page, name) => page.locator("table.keys tbody").filter({ has: page.locator(".name").getByText(name, { exact: true }) });
export const row = (page, name) => rows(page, name).first();
export const names = async (page) => {
  await page.waitForLoadState();
  return page.locator("table.keys .name").allTextContents();
};

export async function openList(page, query = "") {
  await page.goto(`/keys${query}`);
  await seeHeading(page, "API keys");
}

export async function fillSignIn(page, { email, password }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await button(page, "Sign in").click();
}

export async function signIn(page, person) {
  await page.goto("/sign-in");
  await fillSignIn(page, person);
  await seeHeading(page, "API keys");
}

export async function startCreating(page, name, mode = "Live") {
  await page.goto("/keys/new");
  await page.getByLabel("Name", { exact: true }).fill(name);
  if (mode !== "Live") await page.getByRole("radio", { name: mode }).check();
}

/** The secret on the page that shows it. */
export async function readSecret(page) {
  await seeHeading(page, "Copy your key now");
  const secret = await page.locator("#secret").textContent();
  assert.match(secret, SECRET);
  return secret;
}

/** Creates a key and stays on the page with its secret. */
export async function createKey(page, name, mode) {
  await startCreating(page, name, mode);
  await button(page, "Create key").click();
  return readSecret(page);
}

/** Until the script of the page with a secret is at work. */
export const untilWaiting = (page) => see(page, "Waiting for the first request…");

export async function saySaved(page, name) {
  await button(page, "I’ve saved it").click();
  await see(page, `“${name}” is ready.`);
}

export async function startRotating(page, name) {
  await openList(page, `?q=${encodeURIComponent(name)}`);
  await link(page, `Rotate ${name}`).click();
  await seeHeading(page, `Rotate “${name}”`);
}

export const readClipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

const PATIENCE = 10_000;

/** Waits until the clipboard holds that. */
export async function seeClipboard(page, text) {
  const end = Date.now() + PATIENCE;
  while (await readClipboard(page) !== text && Date.now() < end) await page.waitForTimeout(50);
  assert.equal(await readClipboard(page), text);
}

/** Pulls the cable, and waits until the page has heard of it. */
export async function goOffline(page) {
  await page.context().setOffline(true);
  await page.waitForFunction(() => !navigator.onLine);
}

export async function goOnline(page) {
  await page.context().setOffline(false);
  await page.waitForFunction(() => navigator.onLine);
}

/** What has the focus: its tag, accessible name as far as attributes tell it, and text. */
export const focused = (page) => page.evaluate(() => {
  const node = document.activeElement;
  return `${node.localName} ${node.getAttribute("aria-label") ?? (node.labels?.[0] ?? node).textContent.trim()}`;
});

/** Waits until the focus is on what matches. */
export async function seeFocus(page, locator) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    if (await locator.evaluate((node) => node === document.activeElement)) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`the focus is on: ${await focused(page)}`);
}

/** Whether something is written on the page for people to see. */
export const isWritten = (page, text) => page.getByText(text).first().isVisible();

/** The one click, or the question, that stops the old key of a rotation. */
export const stopNow = (scope) => scope.locator("a, button").filter({ hasText: /^Stop now$/ }).first();

/** A key's id, from its row. */
export async function idOf(page, name) {
  const href = await link(page, `Rename ${name}`).first().getAttribute("href");
  return href.split("/")[2];
}
