// Shows the date for another number of days while it is typed.

import { exact } from "./times.js";

const days = document.getElementById("days");
const other = document.getElementById("other");
const until = document.getElementById("days-until");
const warning = document.querySelector(".choice-danger .meta");
const DAY = 86_400_000;

function fits() {
  const number = Number(days.value);
  return days.value !== "" && Number.isInteger(number) && number >= 0 && number <= 30;
}

function show() {
  const number = Number(days.value);
  until.classList.toggle("is-danger", fits() && number === 0);
  if (!other.checked || !fits()) until.textContent = "";
  else until.textContent = number === 0 ? `At once. ${warning.textContent}` : exact(new Date(Date.now() + number * DAY));
}

/** Hides the problem with a number when the number is corrected or another choice is made. */
function forgive() {
  if (other.checked && !fits()) return;
  const problem = document.getElementById("days-problem");
  const told = document.querySelector('.message-danger li:has(a[href="#days"])');
  if (problem) problem.hidden = true;
  if (told) told.hidden = true;
  if (told && !told.parentElement.querySelector("li:not([hidden])")) told.closest(".message-danger").hidden = true;
  days.removeAttribute("aria-invalid");
  days.removeAttribute("aria-describedby");
}

days.addEventListener("input", () => { other.checked = true; show(); forgive(); });
// Not on focus: a keyboard passes this field on its way to the button.
days.addEventListener("click", () => { other.checked = true; show(); });
document.addEventListener("change", () => {
  // The server refuses a number together with another choice.
  if (!other.checked) days.value = "";
  show();
  forgive();
});
// Typed before this script ran.
if (days.value !== days.defaultValue) other.checked = true;
show();
