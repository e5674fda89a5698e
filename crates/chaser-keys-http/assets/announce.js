// Shows a message at the bottom of the page, which screen readers read once. Never a secret.

let timer;

/** `aloud`: only for screen readers, where the page shows the message already (a button that says “Copied”). */
export function announce(text, { aloud = false } = {}) {
  const line = document.getElementById("told");
  if (!line) return;
  // A dialog makes the rest of the page inert, also for screen readers.
  const dialog = document.querySelector("dialog[open]");
  (dialog ?? document.body).append(line);
  line.classList.toggle("hidden-visually", aloud);
  line.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { line.textContent = ""; }, 6000);
}
