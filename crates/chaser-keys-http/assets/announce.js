// Tells something to everybody: a line at the bottom that screen readers read once. Never a secret.

let timer;

export function announce(text) {
  const line = document.getElementById("told");
  if (!line) return;
  // A dialog makes the rest of the page inert, for screen readers too.
  const dialog = document.querySelector("dialog[open]");
  (dialog ?? document.body).append(line);
  line.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { line.textContent = ""; }, 6000);
}
