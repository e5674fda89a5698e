// A journey is a test with a page in it, walked once at desktop and once at phone width.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";

import { closeBrowser } from "./browser.js";
import { WIDTHS, openBrowser } from "./visitor.js";
import { ourWorkspace } from "./workspace.js";

const FAILURES = fileURLToPath(new URL("../failures/", import.meta.url));
after(closeBrowser);

async function keepFailure(page, name) {
  mkdirSync(FAILURES, { recursive: true });
  const file = `${FAILURES}${name.replace(/[^\w]+/g, "-").slice(0, 100)}.png`;
  await page.screenshot({ path: file, fullPage: true }).catch(() => {});
  return `at ${page.url()}, see ${file}`;
}

function assertClean(complaints, expected) {
  const unexpected = complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)));
  assert.deepEqual(unexpected, [], "nothing but the expected is complained of");
}

async function walk(name, width, steps, { complaints: expected = [], workspace: makeWorkspace = ourWorkspace, ...options }) {
  const workspace = await makeWorkspace();
  const visit = await openBrowser(workspace, { width, ...options });
  try {
    await steps({ ...visit, workspace, width });
    assertClean(visit.complaints, expected);
  } catch (error) {
    error.message += `\n${await keepFailure(visit.page, name)}`;
    throw error;
  } finally {
    await visit.context.close();
  }
}

/**
 * Registers a journey. `steps` is given `page`, `context`, `workspace` and `width`. Options: `widths`, the
 * `complaints` that belong to it (as patterns), a `workspace` of its own, and those of `openBrowser`.
 */
export function journey(sentence, steps, { widths = Object.keys(WIDTHS), ...options } = {}) {
  for (const width of widths) {
    const name = `${sentence} (${width})`;
    test(name, { timeout: 90_000 }, () => walk(name, width, steps, options));
  }
}

/** For journeys in which nothing depends on the width. */
export const ONCE = { widths: ["desktop"] };

/** Chromium writes every answer that refuses something to its console. */
export const refused = (status) => new RegExp(`^console: Failed to load resource: the server responded with a status of ${status} `);
