// Where the server of this run is, as `run.js` told it.

import { VARIABLE } from "./place-of-run.js";

function readPlace() {
  const text = process.env[VARIABLE];
  if (!text) throw new Error("start the tests with `node run.js [file…]`: it starts the server they need");
  return JSON.parse(text);
}

export const place = readPlace();
