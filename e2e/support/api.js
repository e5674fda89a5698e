// The server as programs see it, from Node.

import { place } from "./place.js";

const COOKIE = "chaser_session";

export const url = (path) => `${place.url}${path}`;

function ask(path, { session, key, body, method = body ? "POST" : "GET" }) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (session) headers.Cookie = `${COOKIE}=${session}`;
  if (key) headers.Authorization = `Bearer ${key}`;
  return fetch(url(path), { method, headers, body: body && JSON.stringify(body) });
}

async function answer(path, options) {
  const response = await ask(path, options);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}

/** The status with which a key is met: 200 if it authenticates, else 401. */
export async function statusOf(key) {
  return (await ask("/v1/usage", { key })).status;
}

/** Calls the API so many times. */
export async function call(key, times = 1) {
  for (let n = 0; n < times; n += 1) await answer("/v1/usage", { key });
}

export const usageOf = (key) => answer("/v1/usage", { key });

const askToSignIn = ({ email, password }) => ask("/v1/auth/login", { body: { email, password } });

export const tryToSignIn = async (person) => (await askToSignIn(person)).status;

/** Tries to sign in; how many seconds one is told to wait before the next try, if so. */
export const waitAfterTrying = async (person) => Number((await askToSignIn(person)).headers.get("Retry-After") ?? 0);

/** Reports what a key's traffic was, as a service does. */
export async function reportUsage(usage) {
  const body = JSON.stringify({ batch: crypto.randomUUID(), usage });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${place.internal_url}/usage`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`reporting answered ${response.status}: ${await response.text()}`);
}

/** Opens a session and returns the cookie's value. */
export async function openSession({ email, password }) {
  const response = await askToSignIn({ email, password });
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith(`${COOKIE}=`));
  if (!cookie) throw new Error(`signing in answered ${response.status}`);
  return cookie.slice(COOKIE.length + 1).split(";")[0];
}

export const sessionLives = async (session) => (await ask("/v1/auth/session", { session })).status === 200;
export const makeKey = ({ session }, name, mode = "live") => answer("/v1/keys", { session, body: { name, mode } });
export const rotateByApi = ({ session }, id, grace_days) => answer(`/v1/keys/${id}/rotate`, { session, body: { grace_days } });
export const revokeByApi = ({ session }, id) => answer(`/v1/keys/${id}`, { session, method: "DELETE" });
export const listByApi = async ({ session }) => (await answer("/v1/keys", { session })).keys;
