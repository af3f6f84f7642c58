// Block Kit's texts and pictures as DOM nodes.

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

export const words = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object.text));
export const text = (tag, object) => h(tag, { class: "text" }, words(object));

// The page loads nothing from other hosts, so pictures from there are described, not shown.
export function image(element) {
  if (element.image_url?.startsWith(`${location.origin}/`)) {
    return h("img", { src: element.image_url, alt: element.alt_text });
  }
  return h("span", { class: "picture", role: "img", "aria-label": element.alt_text }, element.alt_text);
}
