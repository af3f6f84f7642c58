// The list of messages: days, messages, whispers, threads' links; unchanged nodes stay in place.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { h, toast } from "./dom.js";
import { keepingFocus } from "./focus.js";
import { mrkdwn } from "./mrkdwn.js";
import { meaning, pressed } from "./place.js";
import { clock, day, dayKey, moment } from "./when.js";

const TOGETHER = 300; // within this many seconds, messages by one author share a heading
const FRAMED = ["container", "card", "carousel", "table", "data_table", "data_visualization"];
const entered = new Map(); // "ts/block/action" -> value

// The contents of a conversation or thread, in order; `options` = {state, users, openThread, inThread}.
export function items(messages, options) {
  const list = [];
  let before = null;
  for (const message of messages) {
    const seconds = Number(message.ts);
    const today = dayKey(seconds);
    const sameDay = before !== null && dayKey(Number(before.ts)) === today;
    if (!sameDay) list.push({ key: `day-${today}`, signature: day(seconds), make: () => dayLine(seconds) });
    const joined = sameDay && belongsTo(before, message);
    const warned = options.state.warnings.includes(message.ts);
    const signature = JSON.stringify([message, joined, warned, options.inThread]);
    list.push({ key: message.ts, signature, make: () => messageNode(message, { ...options, joined, warned }) });
    before = message;
  }
  return list;
}

// Make the container show these items; an unchanged item keeps its node, and so focus and open menus.
export function show(container, list) {
  const known = new Map([...container.children].map((node) => [node.dataset.item, node]));
  const nodes = list.map((item) => {
    const standing = known.get(item.key);
    if (standing?.signature === item.signature) return standing;
    const node = item.make();
    node.dataset.item = item.key;
    node.signature = item.signature;
    if (standing) node.classList.add("changed");
    return node;
  });
  const here = container.children;
  const same = nodes.length === here.length && nodes.every((node, index) => node === here[index]);
  if (!same) keepingFocus(container, () => container.replaceChildren(...nodes));
}

// Scroll to the end of the list, or to the start of the last message if that is too tall to fit.
export function scrollToEnd(container) {
  const last = container.lastElementChild;
  last?.scrollIntoView({ block: last.offsetHeight > container.clientHeight ? "start" : "end" });
}

export function author(message, { state, users }) {
  if (message.user === state.app.id) return { name: state.app.name, app: true };
  return users.find((user) => user.id === message.user) ?? { name: "Slackbot", app: true };
}

export function avatar(name, { app = false } = {}) {
  if (app) return h("img", { class: "avatar", src: "/page/icon.svg", alt: "" });
  const tone = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
  const initials = name.split(/\s+/).map((word) => word[0]);
  return h("span", { class: `avatar tone-${tone}`, "aria-hidden": "true" }, initials.slice(0, 2).join("").toUpperCase());
}

function belongsTo(before, message) {
  const close = Number(message.ts) - Number(before.ts) < TOGETHER;
  return close && before.user === message.user && !before.is_ephemeral && !message.is_ephemeral;
}

function dayLine(seconds) {
  return h("div", { class: "day", role: "separator" }, h("span", {}, day(seconds)));
}

function messageNode(message, options) {
  const by = author(message, options);
  const at = clock(Number(message.ts));
  const classes = ["message", options.joined && "joined", message.is_ephemeral && "ephemeral"].filter(Boolean);
  return h(
    "article",
    { class: classes.join(" "), "aria-label": `${by.name}, ${at}` },
    options.joined ? h("span", { class: "gutter", "aria-hidden": "true" }, at) : avatar(by.name, by),
    h(
      "div",
      { class: "content" },
      message.is_ephemeral && onlyYou(message, options),
      heading(message, by, options),
      ...body(message, options),
      options.warned && h("p", { class: "warned", role: "status" }, "⚠ Sergas did not answer in time. Try again."),
      reactions(message),
      !options.inThread && message.reply_count > 0 && threadLink(message, options),
    ),
  );
}

function heading(message, by, { joined }) {
  const seconds = Number(message.ts);
  const stamp = { class: "time", title: moment(seconds), datetime: new Date(seconds * 1000).toISOString() };
  return h(
    "header",
    { class: joined ? "visually-hidden" : "" },
    h("strong", {}, by.name),
    by.app && h("span", { class: "badge" }, "App"),
    h("time", stamp, clock(seconds)),
  );
}

function body(message, options) {
  const nodes = message.blocks?.length
    ? blocks(message.blocks, place(message, options))
    : [h("div", { class: "text" }, mrkdwn(message.text ?? ""))];
  if (!message.edited) return nodes;
  const edited = h("span", { class: "edited" }, " (edited)");
  if (FRAMED.includes(message.blocks?.at(-1)?.type)) nodes.push(edited);
  else nodes.at(-1).append(edited);
  return nodes;
}

function place(message, { state, inThread }) {
  return {
    level: inThread ? 3 : 2,
    id: `m${message.ts.replace(".", "-")}`,
    user: state.user.id,
    folds: true,
    remember: (block, action, value) => entered.set(`${message.ts}/${block}/${action}`, value),
    remembered: (block, action) => entered.get(`${message.ts}/${block}/${action}`),
    tell: (spec, block, value) => {
      const where = { user: state.user.id, channel: state.channel, ts: message.ts };
      return pressed({ ...where, action_id: spec.action_id, block_id: block.block_id, ...meaning(spec, value) });
    },
  };
}

function onlyYou(message, { state }) {
  const dismiss = () => {
    act("dismiss", { user: state.user.id, ts: message.ts }).catch((error) => toast(error.message));
  };
  return h(
    "p",
    { class: "only-you" },
    "👁 Only visible to you",
    h("button", { type: "button", class: "link", onclick: dismiss }, "Dismiss"),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  const each = ({ name, count }) => h("li", {}, mrkdwn(`:${name}:`), ` ${count}`);
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, ...message.reactions.map(each));
}

function threadLink(message, options) {
  const open = () => options.openThread(message.ts);
  return h(
    "button",
    { type: "button", class: "thread-link", dataset: { key: `thread-${message.ts}` }, onclick: open },
    h("strong", {}, message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`),
    h("span", {}, `Last reply ${moment(Number(message.latest_reply))}`),
  );
}
