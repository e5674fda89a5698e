// What every page does: times in the viewer's zone, forms that cannot be sent twice, focus where it belongs.

import { announce } from "./announce.js";
import { showTimes } from "./times.js";
import { watchForms } from "./forms.js";

showTimes(document);
watchForms();

// The message that came with the page, or its heading, is where reading goes on.
document.querySelector("[data-focus]")?.focus();

// The outcome was told: a reload need not tell it again.
const address = new URL(location.href);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  address.searchParams.delete("key");
  history.replaceState(history.state, "", address);
}

// A page brought back by Back may be out of date, or belong to somebody who signed out.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

addEventListener("offline", () => announce("You’re offline. Changes can’t be made until you’re back."));
addEventListener("online", () => announce("You’re online again."));
