// A workspace to be looked at: keys of a small company, some weeks into using the API.

import { makeKey, revokeByApi, rotateByApi } from "./api.js";
import { insertUsage, sql } from "./database.js";
import { createWorkspace } from "./workspace.js";

// Weekdays and weekends, the newest day first. The share is that of a key.
const RHYTHM = [620, 1180, 410, 380, 1240, 1310, 1275, 1190, 1105, 360, 345, 1160, 1220, 1090, 1040, 980, 310, 290, 1010, 960, 930, 905];

const usage = (share) => RHYTHM.map((requests, day) => Math.round(requests * share * (1 + ((day * 7) % 5) / 20)));

/** A key of some age, with its use; `lastUsed` as an SQL interval. */
async function addKey(workspace, { name, mode = "live", age, share = 0, lastUsed }) {
  const key = await makeKey(workspace, name, mode);
  await sql(`update api_keys set created_at = now() - interval '${age}' where id = '${key.id}'`);
  if (share > 0) await insertUsage(key.id, usage(share));
  if (lastUsed) {
    await sql(`delete from key_usage where key_id = '${key.id}' and last_used_at > now() - interval '${lastUsed}' and day < (now() at time zone 'utc')::date;
               update key_usage set last_used_at = now() - interval '${lastUsed}'
               where key_id = '${key.id}' and day = (select max(day) from key_usage where key_id = '${key.id}')`);
  }
  return key;
}

/** Rotates a key as if some time ago; since then it was called so often. */
async function turn(workspace, old, { ago, days, since, share }) {
  const next = await rotateByApi(workspace, old.id, days);
  await sql(`update api_keys set created_at = now() - interval '${ago}' where id = '${next.id}';
             update api_keys set revoked_at = now() - interval '${ago}' + interval '${days} days',
               requests_before_rotation = (select coalesce(sum(requests), 0) from key_usage where key_id = '${old.id}') - ${since}
             where id = '${old.id}'`);
  if (share) await insertUsage(next.id, usage(share).slice(0, 2));
  return next;
}

/** What services report beside requests: streams that last, and take in more than they send. */
const reportTraffic = (workspace, names) =>
  sql(`update key_usage set sessions = requests / 9, bytes_up = requests * 18230, bytes_down = requests * 731400
       where key_id in (select id from api_keys where workspace_id = '${workspace.id}' and name in (${names.map((name) => `'${name}'`)}))`);

export async function createShowcase() {
  const workspace = await createWorkspace("Acme", "ada@acme.example");
  const add = (key) => addKey(workspace, key);
  const laptop = await add({ name: "laptop-ada", mode: "test", age: "92 days" });
  await revokeByApi(workspace, laptop.id);
  await sql(`update api_keys set revoked_at = now() - interval '12 days' where id = '${laptop.id}'`);
  await add({ name: "partner-northwind", age: "71 days", share: 0.34, lastUsed: "41 minutes" });
  await add({ name: "production-web", age: "64 days", share: 1, lastUsed: "12 seconds" });
  await add({ name: "billing-export", age: "49 days", share: 0.06, lastUsed: "7 hours" });
  const scraper = await add({ name: "production-scraper", age: "40 days", share: 0.52, lastUsed: "3 minutes" });
  await turn(workspace, scraper, { ago: "26 hours", days: 7, since: 124, share: 0.4 });
  const nightly = await add({ name: "nightly-report", age: "38 days", share: 0.04, lastUsed: "31 hours" });
  await turn(workspace, nightly, { ago: "3 days", days: 7, since: 18, share: 0.05 });
  await add({ name: "ci-e2e", mode: "test", age: "21 days", share: 0.22, lastUsed: "5 minutes" });
  await add({ name: "staging", mode: "test", age: "9 days", share: 0 });
  await reportTraffic(workspace, ["production-web", "production-scraper", "ci-e2e"]);
  return workspace;
}
