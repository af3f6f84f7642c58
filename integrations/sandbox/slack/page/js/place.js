// The place of blocks in a view: their entries, the level of their headings, and how to notify the app of a click.

import { act } from "./api.js";
import { toast } from "./dom.js";

// `values` is block_id -> action_id -> the entry; it fills as the person types.
export function viewPlace(user, view, values) {
  return {
    id: view.id,
    user,
    level: view.type === "home" ? 2 : 3,
    folds: false,
    remember: (block, action, value) => {
      values[block] ??= {};
      values[block][action] = value;
    },
    remembered: (block, action) => values[block]?.[action],
    tell: (spec, block, value) => {
      const press = { user, view_id: view.id, action_id: spec.action_id, block_id: block.block_id, values };
      return pressed({ ...press, ...meaning(spec, value) });
    },
  };
}

// A button is identified by its own value, a choice by the chosen option.
export function meaning(spec, value) {
  const meant = ["button", "icon_button"].includes(spec.type) ? spec.value : value;
  return meant === undefined ? {} : { value: meant };
}

export const pressed = (press) => act("click", press).catch((error) => toast(error.message));
