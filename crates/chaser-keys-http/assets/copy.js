// Copying to the clipboard, with a truthful result.

/** Selects a node's text, so that the user can copy it by hand. */
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
      // Refused: execCommand may still work.
    }
  }
  // Plain http in a local network has no clipboard API. A hidden field could be inert, and Chrome would still report
  // success: so the visible text is selected, and the selection compared.
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
