// Block Kit blocks as DOM nodes. `place` is their place in a view: it has the choices made there,
// the level of the headings, and notifies the app.

import { card, container } from "./containers.js";
import { chart } from "./charts.js";
import { plan, taskCard } from "./work.js";
import { dataTable, table } from "./tables.js";
import { h } from "./dom.js";
import { element as control } from "./elements.js";
import { foldable } from "./folding.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { image, text, words } from "./objects.js";
import { markdown, richText } from "./richtext.js";

export function blocks(list, place) {
  let { level } = place; // of the next heading: those after a header are below it
  return list.map((block) => {
    const make = BLOCKS[block.type];
    const here = block.type === "header" ? place : { ...place, level };
    if (block.type === "header") level = place.level + 1;
    const node = make ? make(block, here) : h("p", { class: "unknown" }, `A block of type ${block.type}.`);
    node.classList.add("block", `block-${block.type}`);
    node.dataset.block = block.block_id;
    return node;
  });
}

const BLOCKS = {
  section,
  input,
  header: (block, place) => h(`h${place.level}`, {}, words(block.text)),
  divider: () => h("hr"),
  context: (block) => h("div", {}, ...block.elements.map((each) => (each.type === "image" ? image(each) : text("span", each)))),
  actions: (block, place) => h("div", { role: "group" }, ...block.elements.map((each) => control(each, block, place))),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, words(block.title)), image(block)),
  rich_text: (block) => richText(block),
  markdown: (block, place) => markdown(block.text, place.level),
  container: (block, place) => container(block, place, blocks(block.child_blocks, { ...place, level: place.level + 1 })),
  alert: (block) => h("div", { role: "note", class: `level-${block.level ?? "default"}` }, text("div", block.text)),
  card: (block, place) => card(block, place, (block.actions ?? []).map((each) => control(each, block, place))),
  carousel: (block, place) => h("div", { role: "group", tabindex: "0" }, ...blocks(block.elements, place)),
  context_actions: (block, place) => h("div", { role: "group" }, ...block.elements.map((each) => control(each, block, place))),
  table,
  data_table: dataTable,
  data_visualization: (block) => chart(block),
  task_card: (block) => taskCard(block),
  plan: (block, place) => plan(block, blocks(block.tasks ?? [], place)),
};

const GROUPED = ["radio_buttons", "checkboxes", "multi_static_select"];

function section(block, place) {
  const { accessory } = block;
  const fields = block.fields?.map((field) => text("div", field));
  const said = block.text && text("div", block.text);
  const shown = place.folds && said && block.expand !== true ? foldable(`${place.id}/${block.block_id}`, said) : [said];
  const beside = accessory && (accessory.type === "image" ? image(accessory) : control(accessory, block, place));
  return h(
    "div",
    {},
    h("div", { class: "body" }, ...shown, fields && h("div", { class: "fields" }, ...fields)),
    beside && h("div", { class: "accessory" }, beside),
  );
}

function input(block, place) {
  const id = `${place.id}-${block.block_id}`;
  const described = `${id}-hint ${id}-error`;
  const mark = block.optional
    ? h("span", { class: "optional" }, " (optional)")
    : h("span", { class: "required", "aria-hidden": "true" }, " *");
  const notes = [
    block.hint && h("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)),
    h("p", { class: "error", id: `${id}-error`, role: "alert", hidden: true }),
  ];
  const field = control(block.element, block, place, { id, described, required: !block.optional });
  const label = plain(block.label.text);
  if (GROUPED.includes(block.element.type)) {
    return h("fieldset", { "aria-describedby": described }, h("legend", {}, label, mark), field, ...notes);
  }
  return h("div", {}, h("label", { for: id }, label, mark), field, ...notes);
}

