// @ts-check
// Usage: node verify.mjs KEY, with the internal listener's address in CHASER. Node 18 or newer.

const authority = process.env.CHASER ?? "http://127.0.0.1:8081";

/** @typedef {{ key_id: string, workspace_id: string, mode: "live" | "test", name: string | null }} Identity */

/**
 * Whose key it is, or null if it is not good. Throws when nobody can know now: answer 503 then.
 * fetch keeps the connection for the next question by itself.
 * @param {string} key
 * @returns {Promise<Identity | null>}
 */
export async function verify(key) {
  const answer = await fetch(`${authority}/verify`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
    signal: AbortSignal.timeout(5000),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error.message);
  return told.valid ? told : null;
}

try {
  const identity = await verify(process.argv[2]);
  console.log(JSON.stringify(identity));
  process.exitCode = identity ? 0 : 1;
} catch (error) {
  console.error(String(error));
  process.exitCode = 2;
}
