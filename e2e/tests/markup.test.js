// A name may hold anything that can be typed; it is text wherever it shows.

import assert from "node:assert/strict";

import { call, makeKey } from "../support/api.js";
import { insertUsage } from "../support/database.js";
import { journey } from "../support/journey.js";
import { button, createKey, idOf, link, openList, row, saySaved, see, seeHeading } from "../support/steps.js";

const NAMES = [
  `<img src=x onerror="window.ran=1">`,
  `"><script>window.ran=1</script>`,
  `{{7*7}} & &amp; 'quoted' ” “`,
];

const assertHarmless = async (page) => assert.equal(await page.evaluate(() => window.ran), undefined);

for (const [index, markup] of NAMES.entries()) {
  journey(`a key called ${markup} is shown as that on every page`, async ({ page, workspace, width }) => {
    const name = `${markup} ${width}`;
    await createKey(page, name);
    await see(page, name);
    await saySaved(page, name);
    await row(page, name).waitFor();
    const id = await idOf(page, name);
    await insertUsage(id, [3]);

    await link(page, `Revoke ${name}`).click();
    const dialog = page.getByRole("alertdialog", { name: `Revoke “${name}”?` });
    await see(dialog, name);
    await page.keyboard.press("Escape");

    await link(page, `Rename ${name}`).click();
    const field = page.getByLabel(`New name for ${name}`);
    assert.equal(await field.inputValue(), name);
    await field.fill(`${name}!`);
    await button(page, "Save").click();
    await see(page, `Renamed to “${name}!”`);

    for (const path of [`/keys/${id}/rotate`, `/keys/${id}/rename`, `/keys/${id}/revoke`, "/usage", `/keys/new?name=${encodeURIComponent(name)}`, `/keys?q=${encodeURIComponent(name)}`]) {
      await page.goto(path);
      const text = await page.evaluate(() => document.body.innerText + [...document.querySelectorAll("input")].map((input) => input.value).join());
      assert.ok(text.includes(name), `${path} shows the name`);
      await assertHarmless(page);
    }
    await page.goto(`/keys?q=${encodeURIComponent(`${name} none`)}`);
    await seeHeading(page, `No keys match “${name} none”.`);
    await assertHarmless(page);
  }, { widths: index === 0 ? ["desktop", "phone"] : ["desktop"] });
}

journey("a name of 100 wide characters breaks no page", async ({ page, workspace, width }) => {
  const name = `${width}-`.padEnd(100, "W");
  const { id, secret } = await makeKey(workspace, name);
  await call(secret);
  for (const path of ["/keys", `/keys/${id}/rotate`, `/keys/${id}/rename`, `/keys/${id}/revoke`, "/usage"]) {
    await page.goto(path);
    const content = await page.evaluate(() => document.documentElement.scrollWidth);
    const view = page.viewportSize().width;
    assert.ok(content <= view, `${path} is ${content} px wide in ${view} px`);
  }
  await openList(page);
});
