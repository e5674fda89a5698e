// SQL, where a test must change what takes days in life, or make thousands of something.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { place } from "./place.js";

const execute = promisify(execFile);

/** Runs statements and returns what the last one answers, as lines. */
export async function sql(statements) {
  const args = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", statements, place.database_url];
  const { stdout } = await execute("psql", args);
  return stdout.split("\n").filter(Boolean);
}

const inWorkspace = (workspace) => `workspace_id = '${workspace.id}'`;

export const expireSessions = (workspace) =>
  sql(`update dashboard_sessions set expires_at = now() - interval '1 second'
       where user_id in (select id from users where ${inWorkspace(workspace)})`);

/** Until so many requests of a key are written down: the server does so every second, later when it is busy. */
export async function untilCounted(secret, requests) {
  for (let n = 0; n < 200; n += 1) {
    const [counted] = await sql(`select coalesce(sum(requests), 0) from key_usage join api_keys on id = key_id
                                 where prefix = '${secret.slice(0, 16)}'`);
    if (Number(counted) >= requests) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`not ${requests} requests after 20 s`);
}

/** Keys that nobody has the secret of: enough to look at. */
export const insertKeys = (workspace, count, name = "key") =>
  sql(`insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
       select gen_random_uuid(), '${workspace.id}', '${name}-' || to_char(n, 'FM0000'),
              case when n % 4 = 0 then 'test' else 'live' end,
              case when n % 4 = 0 then 'cha_test_' else 'cha_live_' end || substr(md5('${workspace.id}' || n), 1, 7),
              (select id from peppers limit 1), sha256(('${workspace.id}' || n)::bytea), now() - n * interval '1 minute'
       from generate_series(1, ${count}) n`);

/** Requests on the last days, today first. */
export const insertUsage = (keyId, byDay) =>
  sql(`insert into key_usage (key_id, day, workspace_id, requests, last_used_at)
       select key.id, (now() at time zone 'utc')::date - (n - 1)::int, key.workspace_id, requests, now() - (n - 1) * interval '1 day'
       from api_keys key, unnest(array[${byDay}]::bigint[]) with ordinality as days (requests, n)
       where key.id = '${keyId}' and requests > 0
       on conflict (key_id, day) do update set requests = key_usage.requests + excluded.requests`);

/** As if the key was last used so long ago. */
export const usedBefore = (keyId, interval) =>
  sql(`update key_usage set last_used_at = now() - interval '${interval}', day = ((now() - interval '${interval}') at time zone 'utc')::date
       where key_id = '${keyId}'`);

export const insertUsageForAll = (workspace) =>
  sql(`insert into key_usage (key_id, day, workspace_id, requests, last_used_at)
       select id, (now() at time zone 'utc')::date - day, workspace_id, 1 + (ascii(name) * day) % 97, now() - day * interval '1 day'
       from api_keys, generate_series(0, 13) day where ${inWorkspace(workspace)}`);
