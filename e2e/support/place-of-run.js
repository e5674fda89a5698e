// How `run.js` tells test files where the server is.

export const VARIABLE = "E2E_SERVER";

export function tellPlace(place) {
  return { ...process.env, [VARIABLE]: JSON.stringify(place) };
}
