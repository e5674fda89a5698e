// Copying claims no more than it did, wherever the dashboard is looked at from.

import assert from "node:assert/strict";

import { url } from "../support/api.js";
import { ONCE, journey } from "../support/journey.js";
import { button, createKey, readClipboard, see, seeClipboard } from "../support/steps.js";
import { LAN } from "../support/visitor.js";

const SELECTED = "Couldn’t copy automatically. It’s selected: press Ctrl+C or ⌘C.";

const DENIED = [{ name: "clipboard-read" }, { name: "clipboard-write" }, { name: "clipboard-write", allowWithoutSanitization: false }];

async function denyClipboard(context, page) {
  const session = await context.newCDPSession(page);
  const { targetInfo } = await session.send("Target.getTargetInfo");
  const where = { origin: url(""), browserContextId: targetInfo.browserContextId };
  for (const permission of DENIED) await session.send("Browser.setPermission", { permission, setting: "denied", ...where });
}

const refuseOldWay = () => { document.execCommand = () => false; };
const claimFalsely = () => { document.execCommand = () => true; };

/** What the clipboard holds, read on a page that may. */
async function readElsewhere(context) {
  const page = await context.newPage();
  await page.goto(url("/sign-in"));
  await page.bringToFront();
  const text = await readClipboard(page);
  await page.close();
  return text;
}

journey("every copy button copies the line beside it", async ({ page, width }) => {
  const secret = await createKey(page, `lines-${width}`);
  await button(page, "Copy environment line").click();
  await see(page, "Line copied");
  assert.equal(await readClipboard(page), `CHASER_KEY=${secret}`);
  await button(page, "Copy curl line").click();
  await seeClipboard(page, `curl -H "Authorization: Bearer $CHASER_KEY" ${url("/v1/usage")}`);
  await button(page, "Copy key").click();
  await button(page, "Copied").first().waitFor();
  await button(page, "Copy key").waitFor();
});

journey("where the clipboard is denied, the old way copies", async ({ page, context, width }) => {
  await denyClipboard(context, page);
  const secret = await createKey(page, `denied-${width}`);
  await button(page, "Copy key").click();
  await see(page, "Key copied");
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url("") });
  assert.equal(await readClipboard(page), secret);
}, { ...ONCE, mayCopy: false });

for (const [sentence, oldWay, options] of [["copies nothing", refuseOldWay], ["claims to have copied", claimFalsely, ONCE]]) {
  journey(`where the clipboard is denied and the old way ${sentence}, the key is selected and that is told`, async ({ page, context, width }) => {
    await context.addInitScript(oldWay);
    await denyClipboard(context, page);
    const secret = await createKey(page, `by-hand-${width}`);
    await button(page, "Copy key").click();
    await see(page, SELECTED);
    assert.equal(await page.evaluate(() => getSelection().toString()), secret);
    assert.equal(await button(page, "Copied").count(), 0);
  }, { ...options, mayCopy: false });
}

journey("copying works from another machine of the network, on plain http", async ({ page, context, width }) => {
  const secret = await createKey(page, `lan-${width}`);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await button(page, "Copy key").click();
  await see(page, "Key copied");
  assert.equal(await readElsewhere(context), secret);
}, { ...ONCE, origin: LAN });
