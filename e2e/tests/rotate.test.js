// Rotating, other than the usual way.

import assert from "node:assert/strict";

import { makeKey, rotateByApi, statusOf } from "../support/api.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { button, openList, readSecret, row, rows, saySaved, see, seeFocus, seeHeading, startRotating } from "../support/steps.js";

journey("rotating without grace stops the old key at once", async ({ page, workspace, width }) => {
  const name = `at-once-${width}`;
  const { secret: old } = await makeKey(workspace, name);
  await startRotating(page, name);
  await page.getByRole("radio", { name: /^Now: stop at once/ }).check();
  await see(page, "Never used: nobody will notice.");
  await button(page, "Rotate key").click();
  const next = await readSecret(page);
  await see(page, /The old key cha_live_.{7}… has stopped working\./);
  assert.deepEqual([await statusOf(old), await statusOf(next)], [401, 200]);
  await saySaved(page, name);
});

journey("each choice tells the very date and hour, in the viewer's zone", async ({ page, workspace, width }) => {
  const name = `dated-${width}`;
  await makeKey(workspace, name);
  await startRotating(page, name);
  const week = page.locator("label.choice", { hasText: "7 days" }).locator("time");
  const day = new Date(Date.now() + 7 * 86_400_000).toLocaleDateString("en-GB", { timeZone: "Europe/Berlin", day: "numeric", month: "short" });
  assert.match(await week.textContent(), new RegExp(`^${day.replace("Sept", "Sep")}.* \\d{4}, \\d\\d:\\d\\d (CET|CEST|GMT\\+[12])$`));
  await week.hover();
  await see(page.getByRole("tooltip"), / UTC$/);
}, ONCE);

journey("another number of days shows when the old key stops before it is sent", async ({ page, workspace, width }) => {
  const name = `other-${width}`;
  const { secret: old } = await makeKey(workspace, name);
  await startRotating(page, name);
  await page.getByLabel("Days, 0 to 30").fill("3");
  await page.locator("#other:checked").waitFor();
  await page.locator("#days-until", { hasText: /\d{4}, \d\d:\d\d/ }).waitFor();
  await button(page, "Rotate key").click();
  await readSecret(page);
  await saySaved(page, name);
  assert.match(await row(page, name).textContent(), /Stops in\s+(3 d 0 h|2 d 23 h)/);
  assert.equal(await statusOf(old), 200);
});

journey("a number typed before the script came counts; choosing something else takes it back", async ({ page, workspace, width }) => {
  const name = `early-${width}`;
  const { id } = await makeKey(workspace, name);
  let letScriptCome;
  const typed = new Promise((resolve) => { letScriptCome = resolve; });
  await page.route(/rotate.*\.js/, async (route) => { await typed; await route.continue(); });
  await page.goto(`/keys/${id}/rotate`, { waitUntil: "commit" });
  const days = page.getByLabel("Days, 0 to 30");
  await days.fill("3");
  assert.ok(!await page.locator("#other").isChecked());
  letScriptCome();
  await page.locator("#other:checked").waitFor();
  await page.locator("#days-until", { hasText: /\d{4}, \d\d:\d\d/ }).waitFor();
  await page.getByRole("radio", { name: /^1 day/ }).check();
  assert.equal(await days.inputValue(), "");
  await button(page, "Rotate key").click();
  await readSecret(page);
  await saySaved(page, name);
  assert.match(await row(page, name).textContent(), /Stops in\s+(1 d 0 h|23 h)/);
}, ONCE);

journey("a number of days that cannot be is told beside its field, and nothing is rotated", async ({ page, workspace, width }) => {
  const name = `impossible-${width}`;
  await makeKey(workspace, name);
  await startRotating(page, name);
  await page.getByLabel("Days, 0 to 30").fill("31");
  await button(page, "Rotate key").click();
  const told = page.getByRole("alert").filter({ hasText: "Give a whole number of days from 0 to 30" });
  await seeFocus(page, told);
  assert.equal(await page.getByLabel("Days, 0 to 30").inputValue(), "31");
  assert.equal(await page.locator("#days").getAttribute("aria-invalid"), "true");
  await told.getByRole("link").click();
  await seeFocus(page, page.locator("#days"));
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 1);
}, { complaints: [refused(422)] });

journey("a number of days that is put right takes its complaint away, and 0 warns as stopping at once does", async ({ page, workspace, width }) => {
  for (const correct of [(days) => days.fill("7"), (days) => days.fill("0"), () => page.getByRole("radio", { name: /^1 day/ }).check()]) {
    const { id } = await makeKey(workspace, `corrected-${width}`);
    await page.goto(`/keys/${id}/rotate`);
    const days = page.getByLabel("Days, 0 to 30");
    await days.fill("31");
    await button(page, "Rotate key").click();
    await see(page.getByRole("alert"), "Give a whole number of days from 0 to 30");
    await correct(days);
    await page.getByText("Give a whole number of days from 0 to 30").first().waitFor({ state: "hidden" });
    await page.locator("#days:not([aria-invalid], [aria-describedby])").waitFor();
    assert.equal(await page.getByText("Give a whole number of days from 0 to 30").filter({ visible: true }).count(), 0);
    if (await days.inputValue() === "0") await see(page.locator("#days-until"), "At once. Never used: nobody will notice.");
  }
}, { ...ONCE, complaints: [refused(422)] });

journey("what a refused form says is still there once the script has come", async ({ page, workspace, width }) => {
  const { id } = await makeKey(workspace, `said-${width}`);
  await page.goto(`/keys/${id}/rotate`);
  // As without the script: a number beside another choice.
  await page.locator("#days").evaluate((days) => { days.value = "3"; days.form.submit(); });
  await see(page.getByRole("alert"), "The number is chosen now");
  assert.equal(await page.locator("#days-problem").isVisible(), true);
}, { ...ONCE, complaints: [refused(422)] });

journey("a key that somebody else has just rotated is not rotated again", async ({ page, workspace, width }) => {
  const name = `raced-${width}`;
  const { id } = await makeKey(workspace, name);
  await startRotating(page, name);
  await rotateByApi(workspace, id, 7);
  await button(page, "Rotate key").click();
  await seeHeading(page, `“${name}” was already rotated`);
  await page.getByRole("link", { name: "Back to keys" }).click();
  await openList(page, `?q=${name}`);
  assert.equal(await rows(page, name).count(), 2);
}, { ...ONCE, complaints: [refused(409)] });

journey("a rotation sent again with other days says that it was done, whatever came of the old key", async ({ page, context, workspace, width }) => {
  for (const [first, again] of [["7", "1"], ["0", "7"]]) {
    const name = `resent-${first}-${width}`;
    await makeKey(workspace, name);
    await startRotating(page, name);
    const address = page.url();
    const nonce = await page.locator("[name=nonce]").inputValue();
    await page.locator(`[name=grace][value="${first}"]`).check();
    await button(page, "Rotate key").click();
    const next = await readSecret(page);
    await saySaved(page, name);

    // What Back and a changed form send where the browser kept the page.
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", Accept: "text/html" };
    const answer = await context.request.post(address, { data: `grace=${again}&days=&nonce=${nonce}`, headers });
    const text = await answer.text();
    assert.equal(answer.status(), 409);
    assert.ok(text.includes(`“${name}” was already rotated`) && text.includes(next.slice(0, 16)) && !text.includes(next));

    await page.goto(address);
    await seeHeading(page, `“${name}” was already rotated`);
    await see(page, `The new key is ${next.slice(0, 16)}…. Its secret can’t be shown again.`);
    assert.equal(await statusOf(next), 200);
    await openList(page, `?q=${name}`);
    assert.equal(await rows(page, name).count(), 2);
  }
}, { ...ONCE, complaints: [refused(409)] });
