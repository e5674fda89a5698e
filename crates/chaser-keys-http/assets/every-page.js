// On every page: times in the user's time zone, no form sent twice, focus on the message or the heading.

import { announce } from "./announce.js";
import { showTimes } from "./times.js";
import { watchForms } from "./forms.js";

showTimes(document);
watchForms();

// Keyboard and screen reader continue at the page's message, or at its heading.
document.querySelector("[data-focus]")?.focus();

// The message was shown: a reload does not show it again.
const address = new URL(location.href);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  address.searchParams.delete("key");
  history.replaceState(history.state, "", address);
}

// A page from the back/forward cache may be out of date, or of a user who has signed out.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

addEventListener("offline", () => announce("You’re offline. Changes can’t be made until you’re back."));
addEventListener("online", () => announce("You’re online again."));
