// The overflow menu: a button and a menu that arrows, Home, End and Esc move through.

import { h, roving } from "./dom.js";
import { plain } from "./mrkdwn.js";

export function overflowMenu(spec, properties, chosen) {
  const menu = h("div", { class: "menu", role: "menu", hidden: true });
  const opener = h(
    "button",
    {
      ...properties,
      type: "button",
      class: "button more",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => toggle(menu.hidden),
    },
    "⋯",
  );
  const toggle = (open) => {
    menu.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) menu.firstElementChild?.focus();
  };
  const pick = (option) => {
    toggle(false);
    opener.focus();
    if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
    chosen(option.value, opener);
  };
  for (const option of spec.options) {
    const entry = { type: "button", role: "menuitem", tabindex: "-1", onclick: () => pick(option) };
    menu.append(h("button", entry, plain(option.text.text)));
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    toggle(false);
    opener.focus();
  });
  roving(menu, '[role="menuitem"]');
  const box = h("div", { class: "overflow" }, opener, menu);
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) toggle(false);
  });
  return box;
}
