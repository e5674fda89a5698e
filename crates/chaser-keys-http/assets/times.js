// Converts times from UTC to the user's time zone, in the same words as the server (dashboard/wording), so that the
// layout does not shift.

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const zone = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

// The server's time, if the page has it: the user's clock may be wrong.
const told = document.querySelector("[data-now]")?.dataset.now;
const skew = told ? new Date(told) - Date.now() : 0;
const now = () => Date.now() + (Math.abs(skew) > 60_000 ? skew : 0);

const date = (moment) => `${moment.getDate()} ${MONTHS[moment.getMonth()]} ${moment.getFullYear()}`;
const zoneOf = (moment) => zone.formatToParts(moment).find((part) => part.type === "timeZoneName").value;
const plural = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;

export function ago(moment) {
  const seconds = Math.floor((now() - moment) / 1000);
  if (seconds < MINUTE) return "just now";
  if (seconds < HOUR) return `${plural(Math.floor(seconds / MINUTE), "minute")} ago`;
  if (seconds < DAY) return `${plural(Math.floor(seconds / HOUR), "hour")} ago`;
  if (seconds < 30 * DAY) return `${plural(Math.floor(seconds / DAY), "day")} ago`;
  return date(moment);
}

export function left(moment) {
  const seconds = Math.floor((moment - now()) / 1000);
  if (seconds >= DAY) return `${Math.floor(seconds / DAY)} d ${Math.floor((seconds % DAY) / HOUR)} h`;
  if (seconds >= HOUR) return `${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`;
  if (seconds >= MINUTE) return `${Math.floor(seconds / MINUTE)} min`;
  return "under a minute";
}

export const timeOfDay = (moment) => `${clock.format(moment)} ${zoneOf(moment)}`;
export const exact = (moment) => `${date(moment)}, ${timeOfDay(moment)}`;
const inUtc = (moment) =>
  `${moment.getUTCDate()} ${MONTHS[moment.getUTCMonth()]} ${moment.getUTCFullYear()}, ${moment.toISOString().slice(11, 16)} UTC`;

const ways = { ago, left, exact };

function show(time) {
  const moment = new Date(time.dateTime);
  for (const way of Object.keys(ways)) {
    if (way in time.dataset) {
      const text = ways[way](moment);
      if (time.textContent !== text) time.textContent = text;
      if (way === "left" && moment <= now()) sayStopped(time);
    }
  }
}

/** The time passed while the page was open. */
function sayStopped(time) {
  time.previousSibling.textContent = "Stopped";
  time.remove();
}

export function showTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    // Replaces the browser's own tooltip, which touch and keyboard cannot open.
    time.removeAttribute("title");
    if (!time.closest(".k-made, .k-status")) time.tabIndex = 0;
    show(time);
  }
}

setInterval(() => document.querySelectorAll("time[data-ago], time[data-left]").forEach(show), 15_000);

const tip = document.createElement("div");
tip.className = "tip";
tip.id = "tip";
tip.role = "tooltip";
tip.hidden = true;

function tell(time) {
  const [local, utc] = [exact(new Date(time.dateTime)), inUtc(new Date(time.dateTime))];
  tip.textContent = local === utc ? local : `${local}\n${utc}`;
  (time.closest("dialog, main, header") ?? document.body).append(tip);
  tip.hidden = false;
  time.setAttribute("aria-describedby", "tip");
  const place = time.getBoundingClientRect();
  const origin = tip.offsetParent && tip.offsetParent !== document.body
    ? tip.offsetParent.getBoundingClientRect() : { left: -scrollX, top: -scrollY };
  const x = Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8));
  tip.style.left = `${x - origin.left}px`;
  tip.style.top = `${place.bottom + 6 - origin.top}px`;
}

function hush() {
  tip.hidden = true;
  document.querySelector("[aria-describedby=tip]")?.removeAttribute("aria-describedby");
}

const timeAt = (event) => event.target.closest?.("time");
document.addEventListener("pointerover", (event) => { const time = timeAt(event); if (time) tell(time); else hush(); });
document.addEventListener("focusin", (event) => { const time = timeAt(event); if (time) tell(time); else hush(); });
document.addEventListener("focusout", hush);
addEventListener("resize", hush);
document.addEventListener("click", (event) => { const time = timeAt(event); if (time) tell(time); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });
