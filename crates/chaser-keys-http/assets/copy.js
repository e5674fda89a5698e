// Copying that does not claim more than it did.

/** Selects what stands in a node, so that a person can copy it by hand. */
export function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return selection;
}

/** Copies a node's text; true only if it is known to be in the clipboard. Call it in a click. */
export async function copy(node) {
  const text = node.textContent;
  if (isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed: the old way may be.
    }
  }
  // On plain http in a local network there is no clipboard API. A hidden field could be inert, and Chrome
  // would still say that it copied: the visible text is selected, and what is selected is compared.
  const selection = select(node);
  let copied = false;
  const check = (event) => {
    copied = selection.toString() === text;
    if (copied) {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    }
  };
  document.addEventListener("copy", check, { once: true });
  const accepted = document.execCommand("copy");
  document.removeEventListener("copy", check);
  return accepted && copied;
}
