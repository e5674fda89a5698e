// Usage: node report.ts KEY_ID SESSIONS BYTES_UP BYTES_DOWN, with the internal listener's address in CHASER. Node 22.18 runs it as it is; for older ones see usage.md.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

const authority = process.env.CHASER ?? "http://127.0.0.1:8081";

export interface Usage {
  key_id: string;
  sessions?: number;
  bytes_up?: number;
  bytes_down?: number;
}

/** The batch cannot be counted as it is: sending it again would not help. */
export class Refused extends Error {}

/** Sends a batch until it is counted. Keep both until then: under the same id they count once. */
export async function report(batch: string, usage: Usage[]): Promise<void> {
  const body = JSON.stringify({ batch, usage });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${authority}/usage`, { method: "POST", headers, body, signal: AbortSignal.timeout(5000) });
      if (answer.ok) return;
      const told = `${answer.status}: ${await answer.text()}`;
      throw answer.status < 500 ? new Refused(told) : new Error(told);
    } catch (error) {
      if (error instanceof Refused || attempt === 3) throw error;
      await pause(attempt * 1000);
    }
  }
}

const [key_id = "", ...numbers] = process.argv.slice(2);
const [sessions, bytes_up, bytes_down] = numbers.map(Number);
const batch = process.env.BATCH ?? randomUUID();
try {
  await report(batch, [{ key_id, sessions, bytes_up, bytes_down }]);
  console.log(`counted as ${batch}`);
} catch (error) {
  console.error(String(error));
  process.exitCode = error instanceof Refused ? 1 : 2;
}
