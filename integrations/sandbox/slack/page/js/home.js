// The Home tab that the app published for the person.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { byId, h, toast } from "./dom.js";

let shown = "";
let values = {};

export function showHome(state) {
  const view = state.home;
  const signature = `${state.user.id}/${view?.id}/${view?.hash}/${state.warnings.includes(view?.id)}`;
  if (signature === shown) return;
  shown = signature;
  byId("home").replaceChildren(...(view ? drawn(state, view) : [empty()]));
}

function drawn(state, view) {
  const warned = state.warnings.includes(view.id) && h("p", { class: "warned", role: "status" }, "⚠ Sergas did not answer in time. Try again.");
  return [h("div", { class: "home-body" }, warned || "", ...blocks(view.blocks, place(state.user.id, view)))];
}

function place(user, view) {
  return {
    id: view.id,
    remember: (block, action, value) => { (values[block] ??= {})[action] = value; },
    remembered: (block, action) => values[block]?.[action],
    tell: (spec, block, value) =>
      act("click", { user, view_id: view.id, action_id: spec.action_id, block_id: block.block_id, value: spec.type === "button" ? (spec.value ?? null) : value, values }).catch((error) => toast(error.message)),
  };
}

function empty() {
  return h("div", { class: "empty" }, h("p", { class: "empty-mark", "aria-hidden": "true" }, "⌂"), h("h3", {}, "Nothing here yet"), h("p", {}, "Sergas shows what is waiting for you once it has heard that you are here."));
}
