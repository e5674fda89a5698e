// The list of keys: renaming in place, and revoking in a dialog. Without this script both are pages.

import { announce } from "./announce.js";
import { showTimes } from "./times.js";

// Empty fields are left out of the address.
document.querySelector(".filters")?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});

// A whole key in the search field would put a secret into a URL. Its first 16 characters find it as well.
document.querySelector(".filters")?.addEventListener("submit", (event) => {
  const field = event.target.elements.q;
  field.value = field.value.trim().replace(/^(cha_(?:live|test)_[\w-]{7})[\w-]+$/, "$1");
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[href^='/keys/']");
  if (link?.pathname.endsWith("/rename")) { event.preventDefault(); rename(link); }
  if (link?.pathname.endsWith("/revoke")) { event.preventDefault(); askToRevoke(link); }
});

async function askToRevoke(link) {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  let page;
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (answer.redirected || !answer.ok) return location.assign(link.href);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return announce("You’re offline. Nothing was sent.");
  } finally {
    link.ariaBusy = null;
  }
  const question = page.getElementById("ask");
  if (!question) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  dialog.role = "alertdialog";
  dialog.setAttribute("aria-labelledby", "ask-title");
  dialog.setAttribute("aria-describedby", "ask-text");
  dialog.append(document.importNode(question, true));
  document.body.append(dialog);
  showTimes(dialog);
  const keep = dialog.querySelector("[data-keep]");
  keep.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
  dialog.addEventListener("close", () => {
    document.body.append(document.getElementById("told"));
    dialog.remove();
    (link.isConnected ? link : document.querySelector("h1")).focus();
  });
  dialog.showModal();
  keep.focus();
}

function rename(link) {
  const cell = link.closest("tbody").querySelector(".k-name");
  const name = cell.querySelector(".name");
  if (name.hidden) return cell.querySelector("input").focus();
  const form = editor(name.textContent);
  name.hidden = true;
  name.after(form);
  const field = form.elements.name;
  field.select();

  const close = () => { form.remove(); name.hidden = false; link.focus(); };
  form.querySelector("[type=button]").addEventListener("click", close);
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const save = form.querySelector("[type=submit]");
    if (save.ariaDisabled === "true") return;
    save.ariaDisabled = "true";
    const outcome = await send(link.href, field.value);
    save.ariaDisabled = null;
    if (outcome.signIn) return sendAsPage(form, link.href);
    if (outcome.problem) return complain(form, outcome.problem);
    name.textContent = outcome.name;
    for (const action of link.closest("tbody").querySelectorAll(".k-do a")) {
      action.setAttribute("aria-label", `${action.textContent} ${outcome.name}`);
    }
    close();
    announce(`Renamed to “${outcome.name}”`);
  });
}

/** The session ended: a form sent as a page is redirected to sign-in, and back with what was typed. */
function sendAsPage(form, href) {
  form.method = "post";
  form.action = href;
  form.submit();
}

function editor(old) {
  const form = document.createElement("form");
  form.className = "rename-in-place";
  form.noValidate = true;
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const field = make("input", { type: "text", name: "name", value: old, maxLength: 100, autocomplete: "off", spellcheck: false });
  field.setAttribute("aria-label", `New name for ${old}`);
  for (const attribute of ["data-1p-ignore", "data-bwignore"]) field.setAttribute(attribute, "");
  field.setAttribute("data-lpignore", "true");
  form.append(
    field,
    make("button", { type: "submit", className: "button button-small button-primary", textContent: "Save" }),
    make("button", { type: "button", className: "button button-small", textContent: "Cancel" }),
  );
  return form;
}

async function send(href, name) {
  if (!navigator.onLine) return { problem: "You’re offline. Nothing was sent." };
  try {
    const answer = await fetch(href, {
      method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ name }),
    });
    if (answer.status === 401) return { signIn: true };
    const body = await answer.json();
    return answer.ok ? { name: body.name } : { problem: body.error.message };
  } catch {
    return { problem: "No answer came. Check the connection and try again." };
  }
}

function complain(form, text) {
  form.querySelector(".problem")?.remove();
  const problem = Object.assign(document.createElement("p"), { className: "problem", id: "rename-problem", role: "alert", textContent: text });
  const field = form.elements.name;
  form.prepend(problem);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", "rename-problem");
  field.focus();
}
