// The page with the secret: copying it, seeing its first request, and removing it from the page afterwards.

import { announce } from "./announce.js";
import { copy, select } from "./copy.js";
import { timeOfDay } from "./times.js";

const POLL = 3000, PATIENCE = 120_000;

// Reload and Back show the list instead of sending the form again.
history.replaceState(null, "", "/keys");

addEventListener("pagehide", () => {
  document.querySelectorAll("[data-secret]").forEach((node) => { node.textContent = ""; });
});

// Closing the page asks for confirmation until the secret was copied or confirmed as saved.
const ask = (event) => event.preventDefault();
const stopAsking = () => removeEventListener("beforeunload", ask);
addEventListener("beforeunload", ask);
document.getElementById("saved").addEventListener("submit", stopAsking);
document.addEventListener("copy", () => { if (getSelection().toString().includes(secret.textContent)) stopAsking(); });

const secret = document.getElementById("secret");
const state = document.getElementById("secret-state");
state.textContent = "";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const label = [...button.childNodes];
  let timer;
  button.addEventListener("click", async () => {
    const node = document.getElementById(button.dataset.copy);
    const copied = await copy(node);
    clearTimeout(timer);
    if (copied) {
      if ("secret" in node.dataset) stopAsking();
      // The next step is to confirm that it is saved.
      if (node === secret) button.classList.remove("button-primary");
      state.textContent = "";
      button.textContent = "Copied";
      announce(node === secret ? "Key copied" : "Line copied", { aloud: true });
      timer = setTimeout(() => button.replaceChildren(...label), 2000);
    } else {
      select(node);
      const told = "Couldn’t copy automatically. It’s selected: press Ctrl+C or ⌘C.";
      state.textContent = told;
      announce(told);
    }
  });
}

// Shows the first request as soon as it is counted.
const waiting = document.getElementById("waiting");
const began = Date.now();

function settle(kind, text) {
  waiting.dataset.state = kind;
  waiting.textContent = text;
}

function offerSignIn() {
  settle("stopped", "Session ended. ");
  const link = Object.assign(document.createElement("a"), { href: "/sign-in?next=/keys", textContent: "Sign in" });
  waiting.append(link);
}

async function poll() {
  let answer;
  try {
    answer = await fetch(waiting.dataset.activity, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) return offerSignIn();
    const activity = answer.ok ? await answer.json() : {};
    if (activity.last_used_at) {
      return settle("received", `First request received ${timeOfDay(new Date(activity.last_used_at))}. It works.`);
    }
  } catch {
    // No connection: the next poll tries again.
  }
  if (Date.now() - began > PATIENCE) return settle("stopped", "No request yet. The list of keys shows when there is one.");
  setTimeout(poll, POLL);
}

waiting.hidden = false;
settle("waiting", "Waiting for the first request…");
setTimeout(poll, POLL);
