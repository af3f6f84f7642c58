// The rich_text and markdown blocks as DOM nodes.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { anchor, mrkdwn } from "./mrkdwn.js";
import { dated } from "./when.js";

export function richText(block) {
  return h("div", { class: "rich" }, ...block.elements.map(part));
}

// A small part of Markdown: headings, lists, emphasis, links and code.
export function markdown(text, level) {
  const out = h("div", { class: "rich" });
  let depth = 0; // of the heading before: a text that begins with ### skips no level
  let list = null;
  for (const line of text.split("\n")) {
    const heading = line.match(/^(#{1,3}) +(.*)$/);
    const item = line.match(/^\s*(?:[-*]|\d+\.) +(.*)$/);
    if (item) {
      list ??= out.appendChild(h("ul"));
      list.append(h("li", {}, mrkdwn(asMrkdwn(item[1]))));
      continue;
    }
    list = null;
    if (heading) {
      depth = Math.min(heading[1].length, depth + 1);
      out.append(h(`h${Math.min(6, level + depth - 1)}`, {}, mrkdwn(asMrkdwn(heading[2]))));
    }
    if (!heading && line.trim()) out.append(h("p", {}, mrkdwn(asMrkdwn(line))));
  }
  return out;
}

function asMrkdwn(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped
    .replace(/(?<!\*)\*(?!\*)([^*]+)\*(?!\*)/g, "_$1_")
    .replace(/\*\*([^*]+)\*\*/g, "*$1*")
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "<$2|$1>");
}

function part(element) {
  const children = () => element.elements.map(leaf);
  switch (element.type) {
    case "rich_text_list": {
      const entries = element.elements.map((each) => h("li", {}, ...each.elements.map(leaf)));
      return h(element.style === "ordered" ? "ol" : "ul", { class: `indent-${element.indent ?? 0}` }, ...entries);
    }
    case "rich_text_quote":
      return h("blockquote", {}, ...children());
    case "rich_text_preformatted":
      return h("pre", {}, ...children());
    default:
      return h("p", {}, ...children());
  }
}

function leaf(element) {
  const style = element.style ?? {};
  let node = bare(element);
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]]) {
    if (style[name]) node = h(tag, {}, node);
  }
  return node;
}

function bare(element) {
  switch (element.type) {
    case "link": return anchor(element.url, element.text ?? element.url);
    case "emoji": return emoji(element.name) ?? `:${element.name}:`;
    case "user": return mrkdwn(`<@${element.user_id}>`);
    case "channel": return mrkdwn(`<#${element.channel_id}>`);
    case "usergroup": return h("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "broadcast": return h("span", { class: "mention loud" }, `@${element.range}`);
    case "date": return dated(element.timestamp, element.format);
    case "color": return h("code", {}, element.value);
    default: return element.text ?? "";
  }
}
