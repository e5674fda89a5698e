// Tells something to everybody: a line at the bottom that screen readers read once. Never a secret.

let timer;

/** `aloud`: for the ear alone, where the eye is told already, by a button that says “Copied”. */
export function announce(text, { aloud = false } = {}) {
  const line = document.getElementById("told");
  if (!line) return;
  // A dialog makes the rest of the page inert, for screen readers too.
  const dialog = document.querySelector("dialog[open]");
  (dialog ?? document.body).append(line);
  line.classList.toggle("hidden-visually", aloud);
  line.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { line.textContent = ""; }, 6000);
}
