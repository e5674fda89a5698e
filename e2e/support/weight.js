// What a page loads.

import assert from "node:assert/strict";

const LIMIT = 100 * 1024;

const bytesOf = async (request) => {
  const { responseHeadersSize, responseBodySize } = await request.sizes();
  return responseHeadersSize + responseBodySize;
};

/** Remembers what a page loads, from now on. */
export function recordRequests(page) {
  const requests = [];
  page.on("requestfinished", (request) => requests.push(request));
  return requests;
}

/** The last page among them, with every file that it and those before it loaded: files are kept, and count once. */
export async function assertLight(requests, what) {
  const shown = requests.filter((request) => request.isNavigationRequest()).at(-1);
  const files = new Map(requests.filter((request) => request.url().includes("/assets/")).map((request) => [request.url(), request]));
  const sizes = await Promise.all([shown, ...files.values()].map(bytesOf));
  const sum = sizes.reduce((left, right) => left + right, 0);
  assert.ok(sum < LIMIT, `${what} weighs ${sum} bytes`);
}

/** No script or style stands in the page itself, and none holds up the first paint. */
export async function assertNothingInline(page) {
  const found = await page.evaluate(() => {
    const inline = document.querySelectorAll("script:not([src]), script:not([type=module]):not([defer]), style, [style]:not(.tip)");
    const handlers = [...document.querySelectorAll("*")].filter((node) => node.getAttributeNames().some((name) => name.startsWith("on")));
    return [...inline, ...handlers].map((node) => node.outerHTML.slice(0, 100));
  });
  assert.deepEqual(found, []);
}
