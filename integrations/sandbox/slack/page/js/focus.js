// Keeps the focus in its place when the control that has it is drawn anew, or is gone.

const USABLE = "button, select, input, textarea, a[href], [tabindex]";

// Where a node is, so that it, or its successor, can be found again.
export function placeOf(node) {
  const scroll = node?.closest(".scroll");
  if (!scroll || node === scroll) return null;
  const item = node.closest("[data-item]");
  const all = [...(item ?? scroll).querySelectorAll("[data-block]")];
  const before = all.filter((each) => each.contains(node) || each.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
  return {
    scroll,
    key: node.dataset.key,
    item: item?.dataset.item,
    blocks: before.map((each) => each.dataset.block).slice(-2).reverse(), // its own and the one above it
    at: before.length - 1,
  };
}

// Focus the same control; or else the text that now says its result, and never another control: a second press of
// the same key must not decide something else.
export function focusOn(place) {
  const { scroll, key, item, blocks, at } = place;
  const among = (item && scroll.querySelector(`[data-item="${CSS.escape(item)}"]`)) ?? scroll;
  const same = key && among.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (same?.getClientRects().length) return same.focus();
  const known = blocks.map((each) => among.querySelector(`[data-block="${CSS.escape(each)}"]`));
  const all = [...among.querySelectorAll("[data-block]")]; // a block without a name of its own gets another one each time
  const text = [...known, all[Math.min(at, all.length - 1)], among].find((each) => each?.getClientRects().length) ?? scroll;
  if (!text.matches(USABLE)) text.tabIndex = -1;
  text.focus({ preventScroll: text === scroll });
}

// Draw the contents of a container anew, and give the focus back if it was in there.
export function keepingFocus(container, draw) {
  const place = container.contains(document.activeElement) ? placeOf(document.activeElement) : null;
  draw();
  if (place && !container.contains(document.activeElement)) focusOn(place);
}
