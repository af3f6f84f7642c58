// Where blocks stand in a view: what was entered there, and how to tell the app of a press.

import { act } from "./api.js";
import { toast } from "./dom.js";

// `values` is block_id -> action_id -> what was entered; it is filled as the person types.
export function viewPlace(user, view, values) {
  return {
    id: view.id,
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

// Which of a block's buttons it was is told by its own value; what a choice means, by what was chosen.
export function meaning(spec, value) {
  const meant = spec.type === "button" ? spec.value : value;
  return meant === undefined ? {} : { value: meant };
}

export const pressed = (press) => act("click", press).catch((error) => toast(error.message));
