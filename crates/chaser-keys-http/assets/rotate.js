// The date for another number of days, as soon as it is typed.

import { exact } from "./times.js";

const days = document.getElementById("days");
const other = document.getElementById("other");
const until = document.getElementById("days-until");
const problem = document.getElementById("days-problem");
const DAY = 86_400_000;

function show() {
  const number = Number(days.value);
  const fits = days.value !== "" && Number.isInteger(number) && number >= 0 && number <= 30;
  until.classList.toggle("is-danger", fits && number === 0);
  if (problem && fits) {
    problem.hidden = true;
    days.removeAttribute("aria-invalid");
  }
  if (!other.checked || !fits) until.textContent = "";
  else until.textContent = number === 0 ? "at once: callers will fail immediately" : exact(new Date(Date.now() + number * DAY));
}

days.addEventListener("input", () => { other.checked = true; show(); });
// Not by focus: a keyboard on its way to the button passes here.
days.addEventListener("click", () => { other.checked = true; show(); });
document.addEventListener("change", () => {
  // One answer: the server takes no number beside another choice.
  if (!other.checked) days.value = "";
  show();
});
// Typed before this script came.
if (days.value !== days.defaultValue) other.checked = true;
show();
