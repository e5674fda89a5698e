// Usage: node verify.ts KEY, with the internal listener's address in CHASER. Node 22.18 runs it as it is; for older ones see verify.md.

const authority = process.env.CHASER ?? "http://127.0.0.1:8081";

export interface Identity {
  key_id: string;
  workspace_id: string;
  mode: "live" | "test";
  name: string | null;
}

type Verdict = ({ valid: true } & Identity) | { valid: false };

/**
 * Whose key it is, or null if it is not good. Throws when nobody can know now: answer 503 then.
 * fetch keeps the connection for the next question by itself.
 */
export async function verify(key: string): Promise<Identity | null> {
  const answer = await fetch(`${authority}/verify`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
    signal: AbortSignal.timeout(5000),
  });
  if (!answer.ok) throw new Error(`the authority answered ${answer.status}: ${await answer.text()}`);
  const verdict = (await answer.json()) as Verdict;
  return verdict.valid ? verdict : null;
}

try {
  const identity = await verify(process.argv[2] ?? "");
  console.log(JSON.stringify(identity));
  process.exitCode = identity ? 0 : 1;
} catch (error) {
  console.error(String(error));
  process.exitCode = 2;
}
