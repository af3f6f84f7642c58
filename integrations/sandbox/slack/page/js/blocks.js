// Block Kit blocks as DOM nodes. `place` knows where they stand: what is chosen there, and how to tell the app.

import { h } from "./dom.js";
import { element as control } from "./elements.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { markdown, richText } from "./richtext.js";

export function text(object) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, { verbatim: object.verbatim }) : plain(object.text);
}

export function blocks(list, place) {
  return list.map((block) => {
    const make = BLOCKS[block.type];
    const node = make ? make(block, place) : h("p", { class: "unknown" }, `A block of type ${block.type}.`);
    node.classList.add("block", `block-${block.type}`);
    node.dataset.block = block.block_id;
    return node;
  });
}

const BLOCKS = {
  section: (block, place) =>
    h("div", {},
      h("div", { class: "body" },
        block.text && h("div", { class: "text" }, text(block.text)),
        block.fields && h("div", { class: "fields" }, ...block.fields.map((field) => h("div", { class: "text" }, text(field))))),
      block.accessory && h("div", { class: "accessory" }, block.accessory.type === "image" ? image(block.accessory) : control(block.accessory, block, place))),
  header: (block) => h("h3", {}, text(block.text)),
  divider: () => h("hr"),
  context: (block) => h("div", {}, ...block.elements.map((each) => (each.type === "image" ? image(each) : h("span", { class: "text" }, text(each))))),
  actions: (block, place) => h("div", { role: "group" }, ...block.elements.map((each) => control(each, block, place))),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, text(block.title)), image(block)),
  rich_text: (block) => richText(block),
  markdown: (block) => markdown(block.text),
  input: (block, place) => {
    const id = `${place.id}-${block.block_id}`;
    const grouped = ["radio_buttons", "checkboxes", "multi_static_select"].includes(block.element.type);
    const label = [plain(block.label.text), block.optional ? h("span", { class: "optional" }, " (optional)") : h("span", { class: "required", "aria-hidden": "true" }, " *")];
    const notes = [block.hint && h("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)), h("p", { class: "error", id: `${id}-error`, role: "alert", hidden: true })];
    const field = control(block.element, block, place, { id, described: `${id}-hint ${id}-error`, required: !block.optional });
    return grouped
      ? h("fieldset", { "aria-describedby": `${id}-hint ${id}-error` }, h("legend", {}, ...label), field, ...notes)
      : h("div", {}, h("label", { for: id }, ...label), field, ...notes);
  },
};

// The page loads nothing from other hosts, so pictures from there are told, not shown.
function image(element) {
  const local = element.image_url?.startsWith(`${location.origin}/`);
  return local ? h("img", { src: element.image_url, alt: element.alt_text }) : h("span", { class: "picture", role: "img", "aria-label": element.alt_text }, element.alt_text);
}
