// Faults on our side: what works goes on, what is not known is said, and nothing is half done.
//
// The server is shared, so each fault is one that only this workspace meets.

import assert from "node:assert/strict";

import { call, listByApi, makeKey, rotateByApi, statusOf, url } from "../support/api.js";
import { insertUsage, sql } from "../support/database.js";
import { ONCE, journey, refused } from "../support/journey.js";
import { button, link, openList, readSecret, row, rows, saySaved, see, seeHeading, startCreating, stopNow } from "../support/steps.js";
import { createWorkspace } from "../support/workspace.js";

const ofItsOwn = { workspace: () => createWorkspace("Wingtip") };
const TOO_MUCH = "9223372036854775807";

/** Whether a key is let in: a path that is not there is 404 to a good key, and 401 to any other. */
const isLetIn = async (key) => (await fetch(url("/v1/nothing"), { headers: { Authorization: `Bearer ${key}` } })).status === 404;

journey("where usage cannot be read the list still shows, keys work, and an old one is stopped by its name", async ({ page, workspace }) => {
  const { id, secret } = await makeKey(workspace, "uncounted");
  const { secret: next } = await rotateByApi(workspace, id, 7);
  // Two days past whose sum is no number that PostgreSQL would give back: the look-up itself fails.
  await insertUsage(id, [0, TOO_MUCH, TOO_MUCH]);
  await openList(page);
  await see(page, "Usage is temporarily unavailable. Keys still work.");
  assert.deepEqual(await page.locator(".k-requests > span").allInnerTexts(), ["—", "—"]);
  await see(row(page, "uncounted"), "Whether it is still used can’t be told right now.");
  assert.deepEqual([await isLetIn(secret), await isLetIn(next)], [true, true]);

  // It may be in use, so its name is asked for.
  await stopNow(row(page, "uncounted")).click();
  const dialog = page.getByRole("alertdialog");
  await see(dialog, "this key may be in use right now");
  await dialog.getByLabel("Type uncounted to revoke it").fill("uncounted");
  await button(dialog, "Revoke key").click();
  await see(page, "“uncounted” is revoked: no server accepts it any more.");
  assert.deepEqual([await isLetIn(secret), await isLetIn(next)], [false, true]);
}, ofItsOwn);

/** The database refuses to store this workspace's keys; returns what ends that. */
async function refuseKeysOf(workspace) {
  const name = `refuse_${workspace.id.replaceAll("-", "")}`;
  await sql(`create function ${name}() returns trigger language plpgsql as $$ begin raise exception 'a full disk, say'; end $$;
             create trigger ${name} before insert on api_keys for each row when (new.workspace_id = '${workspace.id}') execute function ${name}()`);
  return () => sql(`drop trigger ${name} on api_keys; drop function ${name}()`);
}

const named = async (workspace, name) => (await listByApi(workspace)).filter((key) => key.name === name);

journey("a creation that failed on our side says that it is not known, did nothing, and can be sent again", async ({ page, workspace }) => {
  const heal = await refuseKeysOf(workspace);
  await startCreating(page, "unlucky");
  await button(page, "Create key").click();
  await seeHeading(page, "We couldn’t confirm this");
  await see(page, "Check the list before trying again: it may or may not have been done.");
  assert.deepEqual(await named(workspace, "unlucky"), []);
  await heal();

  // A reload sends the same form again: now it makes the key, and once more makes no other.
  await page.reload();
  const secret = await readSecret(page);
  assert.equal(await statusOf(secret), 200);
  await saySaved(page, "unlucky");
  assert.equal((await named(workspace, "unlucky")).length, 1);
}, { ...ofItsOwn, complaints: [refused("5\\d\\d")] });

journey("a creation whose answer was lost is not repeated by sending it again, and leads to a new secret", async ({ page, workspace }) => {
  await startCreating(page, "unheard");
  // A proxy between browser and server that passes the form on and then loses the answer.
  await page.route("**/keys/new", async (route) => {
    await route.fetch();
    await route.fulfill({ status: 502, contentType: "text/html", body: "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>" });
  }, { times: 1 });
  await button(page, "Create key").click();
  await seeHeading(page, "Bad gateway");
  assert.equal((await named(workspace, "unheard")).length, 1);

  await page.reload();
  await seeHeading(page, "“unheard” was already created");
  await see(page, "Its secret can’t be shown again.");
  assert.equal((await named(workspace, "unheard")).length, 1);
  await link(page, "Get a new secret").click();
  await seeHeading(page, "Get a new secret for “unheard”");
  await button(page, "Get a new secret").click();
  const secret = await readSecret(page);
  await saySaved(page, "unheard");
  assert.equal(await statusOf(secret), 200);
  await call(secret);
  await openList(page, "?q=unheard&status=active");
  assert.equal(await rows(page, "unheard").count(), 1);
}, { ...ofItsOwn, complaints: [refused(502)] });
