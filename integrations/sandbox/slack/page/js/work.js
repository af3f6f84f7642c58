// Steps of work: a task card, and a plan that groups them.

import { h } from "./dom.js";
import { richText } from "./richtext.js";

const SIGNS = { pending: "○", in_progress: "◐", complete: "✓", error: "!" };
const SAID = { pending: "to do", in_progress: "in progress", complete: "done", error: "failed" };

export function taskCard(block) {
  const more = [block.details, block.output].filter(Boolean).map((each) => richText(each));
  return h(
    "div",
    { class: `step step-${block.status}` },
    h("span", { class: "step-sign", "aria-hidden": "true" }, SIGNS[block.status]),
    h("span", {}, block.title, h("span", { class: "visually-hidden" }, ` (${SAID[block.status]})`)),
    ...more,
  );
}

export function plan(block, tasks) {
  return h("details", { open: tasks.some((each) => !each.classList.contains("step-complete")) }, h("summary", {}, block.title), ...tasks);
}
