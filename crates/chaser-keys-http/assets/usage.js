// Copies a table for spreadsheets: cells separated by tabs.

import { announce } from "./announce.js";

// Bytes are copied as exact numbers, whatever unit is shown.
const text = (cell) => cell.dataset.copied ?? [...cell.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join(" ");

function asTabs(table) {
  const rows = [...table.rows].map((row) => [...row.cells].filter((cell) => !("noCopy" in cell.dataset)).map(text));
  // Without thousands separators, which would make a spreadsheet read text.
  return rows.map((row) => row.map((cell) => (/^[\d,]+$/.test(cell) ? cell.replaceAll(",", "") : cell)).join("\t")).join("\n");
}

for (const button of document.querySelectorAll("[data-copy-table]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const tabs = asTabs(document.getElementById(button.dataset.copyTable));
    try {
      if (!navigator.clipboard) throw new Error("no clipboard here");
      await navigator.clipboard.writeText(tabs);
    } catch {
      if (!copyTheOldWay(tabs)) return announce("Couldn’t copy automatically. Select the table and copy it.");
    }
    button.textContent = "Copied";
    announce("Table copied", { aloud: true });
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

function copyTheOldWay(tabs) {
  let copied = false;
  const put = (event) => { event.clipboardData.setData("text/plain", tabs); event.preventDefault(); copied = true; };
  document.addEventListener("copy", put, { once: true });
  const accepted = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return accepted && copied;
}
