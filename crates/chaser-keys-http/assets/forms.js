// A form is sent once, and shows that it is being sent; without a connection it is not sent.

import { announce } from "./announce.js";

function rest(button) {
  button.removeAttribute("aria-disabled");
  if (button.dataset.label) button.textContent = button.dataset.label;
}

export function watchForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const button = event.submitter ?? form.querySelector("button");
    if (button?.getAttribute("aria-disabled")) {
      event.preventDefault();
    } else if (!navigator.onLine) {
      event.preventDefault();
      announce("You’re offline. Nothing was sent.");
    } else if (button) {
      button.setAttribute("aria-disabled", "true");
      if (form.dataset.busy) {
        button.dataset.label = button.textContent;
        button.textContent = form.dataset.busy;
      }
    }
  });
  addEventListener("pageshow", () => document.querySelectorAll("[aria-disabled=true]").forEach(rest));
}
