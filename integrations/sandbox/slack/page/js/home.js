// The person's Home tab, as published by the app.

import { blocks } from "./blocks.js";
import { byId, h, nothing } from "./dom.js";
import { keepingFocus } from "./focus.js";
import { viewPlace } from "./place.js";

const EMPTY = "Sergas shows your open items once Slack has reported your visit.";

let shown = "";
let values = {};

export function showHome(state) {
  const view = state.home;
  const warned = state.warnings.includes(view?.id);
  const signature = `${state.user.id}/${view?.id}/${view?.hash}/${warned}`;
  if (signature === shown) return;
  shown = signature;
  values = {};
  const body = view ? drawn(state.user.id, view, warned) : nothing("Nothing here yet", EMPTY, "⌂");
  keepingFocus(byId("home"), () => byId("home").replaceChildren(body));
}

function drawn(user, view, warned) {
  const warning = h("p", { class: "warned", role: "status" }, "⚠ Sergas did not answer in time. Try again.");
  return h("div", { class: "home-body" }, warned && warning, ...blocks(view.blocks, viewPlace(user, view, values)));
}
