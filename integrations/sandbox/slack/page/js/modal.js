// Modals: the native dialog holds the focus; errors stand beside their fields; what was entered survives an update.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { byId, h, toast } from "./dom.js";
import { plain } from "./mrkdwn.js";

let dialog = null;
let shown = ""; // id and hash of the view on the screen
let values = {}; // block_id -> action_id -> what was entered
let viewId = null;

// Show the modal that is in front of the person, or take it away.
export function showModal(state) {
  const view = state.modal;
  if (!view) return hide();
  if (shown === `${view.id}/${view.hash}`) return;
  if (viewId !== view.id) values = {};
  [viewId, shown] = [view.id, `${view.id}/${view.hash}`];
  const fresh = drawn(state.user.id, view);
  if (!dialog) {
    dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" });
    document.body.append(dialog);
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); dialog.querySelector("[data-close]")?.click(); });
  }
  dialog.replaceChildren(fresh);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector(".modal-body input, .modal-body select, .modal-body textarea") ?? dialog.querySelector("footer button")).focus();
}

function hide() {
  dialog?.close();
  dialog?.remove();
  dialog = null;
  [shown, viewId, values] = ["", null, {}];
}

function drawn(user, view) {
  let leaving = false; // Esc and a press may come together
  const leave = () => {
    if (leaving) return;
    leaving = true;
    act("close", { user, view_id: view.id }).catch((error) => toast(error.message));
  };
  const closing = view.close ? plain(view.close.text) : view.submit ? "Cancel" : "Close";
  return h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(event.target, user, view); } },
    h("header", {}, h("h2", { id: "modal-title" }, plain(view.title.text)), h("button", { type: "button", class: "quiet icon", "aria-label": "Close", "data-close": true, onclick: leave }, "✕")),
    h("p", { class: "trouble", role: "alert", hidden: true }),
    h("div", { class: "modal-body" }, ...blocks(view.blocks, place(user, view))),
    h("footer", {}, h("button", { type: "button", class: "button", onclick: leave }, closing), view.submit && h("button", { type: "submit", class: "button primary" }, plain(view.submit.text))));
}

function place(user, view) {
  return {
    id: view.id,
    remember: (block, action, value) => { (values[block] ??= {})[action] = value; },
    remembered: (block, action) => values[block]?.[action],
    tell: (spec, block, value) =>
      act("click", { user, view_id: view.id, action_id: spec.action_id, block_id: block.block_id, value: value ?? spec.value ?? null, values }).catch((error) => toast(error.message)),
  };
}

async function submit(form, user, view) {
  const button = form.querySelector('[type="submit"]');
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const ended = await act("submit", { user, view_id: view.id, values });
    complain(form, view, ended.errors, ended.trouble);
  } catch (error) {
    complain(form, view, {}, error.message);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

function complain(form, view, errors, trouble) {
  const banner = form.querySelector(".trouble");
  banner.hidden = !trouble;
  banner.textContent = trouble ?? "";
  for (const block of view.blocks.filter((each) => each.type === "input")) {
    const sentence = errors[block.block_id];
    const place = byId(`${view.id}-${block.block_id}-error`);
    place.hidden = !sentence;
    place.textContent = sentence ?? "";
    byId(`${view.id}-${block.block_id}`)?.setAttribute("aria-invalid", String(Boolean(sentence)));
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}
