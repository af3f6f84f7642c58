// Containers, which can collapse, and cards.

import { h } from "./dom.js";
import { keep, kept, newId } from "./folding.js";
import { image, text, words } from "./objects.js";
import { richText } from "./richtext.js";

export function container(block, place, children) {
  const id = newId();
  const title = h("span", { class: "container-title" }, block.rich_text_title ? richText(block.rich_text_title) : words(block.title));
  const subtitle = block.subtitle && text("p", block.subtitle);
  subtitle?.classList.add("container-subtitle");
  const body = h("div", { class: "container-body", id: `${id}-body` }, ...children);
  const head = [block.icon && image(block.icon), title];
  const classes = `width-${block.width ?? "standard"} ${block.has_header_divider ? "divided" : ""}`;
  const framed = (heading) => h(
    "div",
    { class: classes, role: "group", "aria-labelledby": id },
    h("div", { class: "container-head" }, heading, subtitle),
    body,
  );
  if (!block.is_collapsible) return framed(h(`h${place.level}`, { id }, ...head));

  const key = `${place.id}/${block.block_id}`;
  const open = () => kept(key, !block.default_collapsed);
  const toggle = h("button", {
    type: "button",
    id,
    class: "container-toggle",
    "aria-controls": body.id,
    dataset: { key: `${key}/toggle` },
    onclick: () => {
      keep(key, !open());
      fit();
    },
  }, ...head);
  const fit = () => {
    toggle.setAttribute("aria-expanded", String(open()));
    body.hidden = !open();
    if (subtitle) subtitle.hidden = !open();
  };
  fit();
  return framed(h(`h${place.level}`, {}, toggle));
}

// Open the collapsed container around a node, so that it can be seen.
export function reveal(node) {
  const body = node.closest(".container-body[hidden]");
  if (body) document.querySelector(`[aria-controls="${body.id}"]`).click();
}

export function card(block, place, buttons) {
  const title = block.title && h(`h${place.level}`, {}, words(block.title));
  const subtitle = block.subtitle && text("p", block.subtitle);
  subtitle?.classList.add("container-subtitle");
  return h(
    "article",
    {},
    block.hero_image && image(block.hero_image),
    h("div", { class: "card-head" }, block.icon && image(block.icon), h("div", {}, title, subtitle)),
    block.body && text("p", block.body),
    buttons.length > 0 && h("div", { class: "block-actions", role: "group" }, ...buttons),
  );
}
