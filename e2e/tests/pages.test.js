// Every page in every state: accessible in both themes and at every width, and light.

import assert from "node:assert/strict";

import { assertAccessible } from "../support/axe.js";
import { GALLERY, createFullWorkspace } from "../support/gallery.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { WIDTHS } from "../support/visitor.js";
import { assertLight, assertNothingInline, recordRequests } from "../support/weight.js";

const THEMES = ["light", "dark"];

// Where something begins or ends to be laid out otherwise, and tablets.
const BETWEEN = [1101, 1100, 1024, 1001, 1000, 768];

// 640 is a screen of 1280 at 200 %, 320 the least that WCAG asks for (1.4.10).
const NARROW = [640, 320];

let full;
const shared = () => { full ??= createFullWorkspace(); return full; };
const inGallery = ({ out = false, workspace = shared }) => ({
  ...ONCE,
  workspace,
  signedOut: out,
  bypassCSP: true, // for axe-core; the other journeys watch over the policy
  reducedMotion: "reduce",
  complaints: [refused(401), refused(404), refused(409), refused(422)],
});

async function assertFits(page, what) {
  // Once the page has heard of its new width, which it does with the next frame.
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(content <= page.viewportSize().width, `${what} is ${content} px wide in ${page.viewportSize().width}`);
  assert.deepEqual(await page.evaluate(beyondMargin), [], `${what} keeps to the margin at ${page.viewportSize().width} px`);
}

/** What stands in the margin to the right of the page, or beyond. */
function beyondMargin() {
  const main = document.querySelector("main");
  const edge = main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight) + 0.5;
  return [...main.children]
    .filter((node) => getComputedStyle(node).position !== "absolute" && node.getBoundingClientRect().right > edge)
    .map((node) => node.outerHTML.slice(0, 60));
}

for (const [name, scene] of Object.entries(GALLERY)) {
  journey(`${name} is accessible in both themes, fits every width, and weighs less than 100 KiB`, async ({ page, workspace }) => {
    const requests = recordRequests(page);
    await scene.open(page, workspace);
    await page.waitForLoadState("load");
    await assertNothingInline(page);
    for (const [width, { viewport }] of Object.entries(WIDTHS)) {
      await page.setViewportSize(viewport);
      await assertFits(page, name);
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        await assertAccessible(page, `${name}, ${colorScheme}, ${width}`);
      }
    }
    for (const width of BETWEEN) {
      await page.setViewportSize({ width, height: 800 });
      await assertFits(page, name);
    }
    for (const narrow of NARROW) {
      await page.setViewportSize({ width: narrow, height: 480 });
      await assertFits(page, name);
      await assertAccessible(page, `${name}, ${narrow} px`);
    }
    await assertLight(requests, name);
  }, inGallery(scene));
}

/** Texts that the page colours itself although colours are forced, and that so may vanish. */
const ownColours = (page) => page.evaluate(() => {
  const probe = document.body.appendChild(document.createElement("a"));
  const forced = new Set(["CanvasText", "LinkText", "ButtonText", "GrayText", "HighlightText", "FieldText"].map((name) => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  }));
  probe.remove();
  const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  return [...document.querySelectorAll("body *:not(svg *)")]
    .filter((node) => hasText(node) && !forced.has(getComputedStyle(node).color))
    .map((node) => node.outerHTML.slice(0, 80));
});

for (const name of ["sign-in-refused", "keys", "rotate", "revoke", "secret", "usage"]) {
  journey(`${name} is accessible in forced colours`, async ({ page, workspace }) => {
    await GALLERY[name].open(page, workspace);
    await assertAccessible(page, `${name}, forced colours`, { coloursAreForced: true });
    assert.deepEqual(await ownColours(page), []);
  }, { ...inGallery(GALLERY[name]), forcedColors: "active", colorScheme: "dark" });
}
