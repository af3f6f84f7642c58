// Slack's mrkdwn as DOM nodes: formatting, quotes, code, links, mentions, dates, emoji. Everything else is plain text.
// `verbatim` changes nothing here: it only keeps Slack from linking bare addresses and names, which this never does.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { dated } from "./when.js";

let people = new Map();
export function setPeople(users) {
  people = new Map(users.map((user) => [user.id, user.name]));
}

export const decoded = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function mrkdwn(text) {
  const out = document.createDocumentFragment();
  for (const [index, piece] of text.split("```").entries()) {
    // An opening fence that is never closed is no fence.
    const fenced = index % 2 === 1 && text.split("```").length > index + 1;
    if (fenced) out.append(h("pre", {}, decoded(piece.replace(/^\n|\n$/g, ""))));
    else out.append(...paragraphs(index % 2 === 1 ? "```" + piece : piece));
  }
  return out;
}

export function plain(text) {
  const out = document.createDocumentFragment();
  out.append(...inline(text, PLAIN));
  return out;
}

// Only addresses of a page or a mailbox become links.
export function anchor(url, ...label) {
  if (!/^(https?:|mailto:)/i.test(url)) return h("span", {}, ...label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", "data-link": url }, ...label);
}

function paragraphs(text) {
  const out = [];
  let quoted = null;
  const lines = text.replace(/^\n|\n$/g, "").split("\n");
  for (const [index, line] of lines.entries()) {
    const quote = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quote) {
      quoted ??= out[out.push(h("blockquote")) - 1];
      if (quoted.childNodes.length) quoted.append(h("br"));
      quoted.append(...inline(quote[1], RULES));
      continue;
    }
    if (index > 0 && !quoted) out.push(h("br"));
    quoted = null;
    out.push(...inline(line, RULES));
  }
  return out;
}

function inline(text, rules) {
  let first = null;
  for (const [pattern, make] of rules) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, make };
  }
  if (!first) return text ? [rules === PLAIN ? text : decoded(text)] : [];
  const { match, make } = first;
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return [...(before ? [rules === PLAIN ? before : decoded(before)] : []), make(match), ...inline(after, rules)];
}

const wrap = (tag) => (match) => h(tag, {}, ...inline(match[1], RULES));
const shortcode = [/:([a-z0-9_+'-]+):/, (match) => emoji(match[1]) ?? match[0]];
const RULES = [
  [/`([^`\n]+)`/, (match) => h("code", {}, decoded(match[1]))],
  [/<([^<>\n]+)>/, (match) => angle(match[1])],
  [/(?<![\w*])\*(?=[^\s*])([^\n]+?)(?<=[^\s*])\*(?![\w*])/, wrap("strong")],
  [/(?<![\w])_(?=[^\s_])([^\n]+?)(?<=[^\s_])_(?![\w])/, wrap("em")],
  [/(?<![\w~])~(?=[^\s~])([^\n]+?)(?<=[^\s~])~(?![\w~])/, wrap("s")],
  shortcode,
];
const PLAIN = [shortcode];

function angle(inner) {
  const [target, ...rest] = inner.split("|");
  const label = rest.join("|");
  const name = people.get(target.slice(1)) ?? (label || target.slice(1));
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${name}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || target.slice(1)}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, `@${label || target.slice(1).split("^")[0]}`);
  const unlinked = RULES.filter((rule) => rule !== RULES[1]);
  return anchor(decoded(target), ...(label ? inline(label, unlinked) : [decoded(target)]));
}

function date(target, fallback) {
  const [, seconds, pattern, url] = target.split("^");
  const text = /^\d+$/.test(seconds ?? "") ? dated(Number(seconds), pattern ?? "{date}") : decoded(fallback);
  return url ? anchor(decoded(url), text) : h("time", { title: decoded(fallback) }, text);
}
