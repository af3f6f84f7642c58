// What the reader opens and closes: it stays as they left it when the app updates the message or view.

import { h } from "./dom.js";

// Slack doesn't say when it folds a section. People report about 600 characters or five line breaks, and that the height on
// the screen decides, so that a narrow thread folds shorter texts. Six lines on the reader's screen come close to both.
const LINES = 6;

const left = new Map(); // key -> what the reader chose
let made = 0;

export const kept = (key, initially) => left.get(key) ?? initially;
export const keep = (key, value) => left.set(key, value);
export const newId = () => `fold-${(made += 1)}`;

// A text that folds behind "See more" where it is taller than six lines.
export function foldable(key, content) {
  const id = newId();
  // A link that the Tab key reaches below the fold opens the text.
  const onfocusin = (event) => {
    if (event.target.getBoundingClientRect().bottom > box.getBoundingClientRect().bottom) change(true);
  };
  const box = h("div", { class: "fold", id, onfocusin }, content);
  const button = h("button", {
    type: "button",
    class: "link see-more",
    "aria-controls": id,
    dataset: { key: `${key}/see-more` },
    hidden: true,
    onclick: () => change(!kept(key, false)),
  });
  const change = (open) => {
    keep(key, open);
    fit();
  };
  const fit = () => {
    if (!content.clientWidth) return; // in a collapsed container, or on another tab
    const long = content.offsetHeight > LINES * Number.parseFloat(getComputedStyle(box).lineHeight) + 2;
    const open = kept(key, false);
    box.classList.toggle("folded", long && !open);
    button.hidden = !long;
    button.textContent = open ? "See less" : "See more";
    button.setAttribute("aria-expanded", String(open));
  };
  new ResizeObserver(fit).observe(content); // folding changes the height of the box, but not of its content
  return [box, button];
}
