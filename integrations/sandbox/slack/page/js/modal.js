// Modals: the native dialog holds the focus; errors appear beside their fields; entries survive an update.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { reveal } from "./containers.js";
import { byId, h, toast } from "./dom.js";
import { focusOn, placeOf } from "./focus.js";
import { plain } from "./mrkdwn.js";
import { viewPlace } from "./place.js";

let dialog = null;
let shown = ""; // id and hash of the visible view
let viewId = null;
let values = {};
let opener = null; // where the focus was before

// Show the person's front modal, or remove it.
export function showModal(state) {
  const view = state.modal;
  if (!view) return hide();
  const signature = `${view.id}/${view.hash}`;
  if (shown === signature) return;
  if (viewId !== view.id) values = {};
  [viewId, shown] = [view.id, signature];
  const held = dialog?.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  opener ??= placeOf(document.activeElement);
  dialog ??= opened();
  dialog.replaceChildren(drawn(state.user.id, view));
  if (!dialog.open) dialog.showModal();
  const same = held && dialog.querySelector(`[data-key="${CSS.escape(held)}"]`);
  if (same) return same.focus();
  const fields = ".modal-body input, .modal-body select, .modal-body textarea";
  const first = ["[autofocus]", fields, "footer button"].map((each) => dialog.querySelector(each)).find(Boolean);
  first.focus();
}

function opened() {
  const made = h("dialog", { class: "modal", "aria-labelledby": "modal-title" });
  made.addEventListener("cancel", (event) => {
    event.preventDefault();
    made.querySelector("[data-close]")?.click();
  });
  document.body.append(made);
  return made;
}

function hide() {
  if (!dialog) return;
  dialog.close();
  dialog.remove();
  if (opener && document.activeElement === document.body) focusOn(opener); // it was drawn anew meanwhile
  [dialog, opener] = [null, null];
  [shown, viewId, values] = ["", null, {}];
}

function drawn(user, view) {
  let leaving = false; // Esc and a click may coincide
  const leave = () => {
    if (leaving) return;
    leaving = true;
    act("close", { user, view_id: view.id }).catch((error) => toast(error.message));
  };
  const closing = view.close ? plain(view.close.text) : view.submit ? "Cancel" : "Close";
  const cross = { type: "button", class: "quiet icon", "aria-label": "Close", "data-close": true, onclick: leave };
  const send = (event) => {
    event.preventDefault();
    submit(event.target, user, view);
  };
  return h(
    "form",
    { novalidate: true, onsubmit: send },
    h("header", {}, h("h2", { id: "modal-title" }, plain(view.title.text)), h("button", cross, "✕")),
    h("p", { class: "trouble", role: "alert", hidden: true }),
    contents(blocks(view.blocks, viewPlace(user, view, values))),
    h(
      "footer",
      {},
      h("button", { type: "button", class: "button", onclick: leave }, closing),
      view.submit && h("button", { type: "submit", class: "button primary" }, plain(view.submit.text)),
    ),
  );
}

// Text alone is scrolled by keyboard from the container itself.
function contents(inside) {
  const body = h("div", { class: "modal-body" }, ...inside);
  if (body.querySelector("button, select, input, textarea, a[href]")) return body;
  const scrolling = { role: "region", tabindex: "0", "aria-labelledby": "modal-title" };
  for (const [name, value] of Object.entries(scrolling)) body.setAttribute(name, value);
  return body;
}

async function submit(form, user, view) {
  const button = form.querySelector('[type="submit"]');
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true"); // not disabled: that would take the focus away
  try {
    const ended = await act("submit", { user, view_id: view.id, values });
    complain(form, view, ended.errors, ended.trouble);
  } catch (error) {
    complain(form, view, {}, error.message);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function complain(form, view, errors, trouble) {
  const banner = form.querySelector(".trouble");
  banner.hidden = !trouble;
  banner.textContent = trouble ?? "";
  const inside = view.blocks.flatMap((each) => [each, ...(each.child_blocks ?? [])]);
  for (const block of inside.filter((each) => each.type === "input")) {
    const sentence = errors[block.block_id];
    const place = byId(`${view.id}-${block.block_id}-error`);
    if (!place) continue; // the answer may have drawn another view already
    place.hidden = !sentence;
    place.textContent = sentence ?? "";
    if (sentence) reveal(place);
    byId(`${view.id}-${block.block_id}`)?.setAttribute("aria-invalid", String(Boolean(sentence)));
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}
