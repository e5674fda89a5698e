// axe-core: rules of accessibility that a machine can check.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

function check(rules) {
  return window.axe.run(document, { resultTypes: ["violations"], iframes: false, rules });
}

const ENOUGH = 4;

function tell({ id, help, nodes }) {
  const places = nodes.slice(0, ENOUGH).map((node) => `    ${node.target.join(" ")}: ${node.any.concat(node.all, node.none).map(({ message }) => message).join("; ")}`);
  return `  ${id}: ${help} (${nodes.length})\n${places.join("\n")}`;
}

// In forced colours the person chose the colours, and axe-core reads ours (it asks for -webkit-text-fill-color).
const WITHOUT_COLOURS = { "color-contrast": { enabled: false } };

/** Finds nothing wrong with what the page shows now. */
export async function assertAccessible(page, what, { coloursAreForced = false } = {}) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  const { violations } = await page.evaluate(check, coloursAreForced ? WITHOUT_COLOURS : {});
  assert.equal(violations.length, 0, `${what}:\n${violations.map(tell).join("\n")}`);
}
