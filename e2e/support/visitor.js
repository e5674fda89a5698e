// A browser of somebody's own: at desktop or phone width, signed in or not, watched.

import { url } from "./api.js";
import { browser } from "./browser.js";
import { watch } from "./watch.js";

export const WIDTHS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** The server by a name that is no loopback. */
export const LAN = url("").replace("127.0.0.1", "keys.lan");

const PATIENCE = 10_000;

function cookie(session, origin) {
  return { name: "chaser_session", value: session, url: origin, httpOnly: true, sameSite: "Lax" };
}

/** Signed in unless `signedOut`; all that is not named goes to Playwright. */
export async function openBrowser(
  { session },
  { width = "desktop", signedOut = false, mayCopy = true, origin = url(""), ...options } = {},
) {
  const context = await (await browser()).newContext({
    baseURL: origin, locale: "en-GB", timezoneId: "Europe/Berlin", ...WIDTHS[width], ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const complaints = await watch(context, [url(""), LAN]);
  if (mayCopy) await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  if (!signedOut) await context.addCookies([cookie(session, origin)]);
  return { context, complaints, page: await context.newPage() };
}
