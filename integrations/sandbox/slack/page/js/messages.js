// The list of messages: days, messages, ephemeral ones, threads' links; nodes stay in place while nothing in them changed.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { h, toast } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { clock, day, dayKey, moment } from "./when.js";

const TOGETHER = 300; // seconds within which messages of one author share a heading
const entered = new Map(); // "ts/block/action" -> value

// What stands in a conversation or thread, in order; `options` = {state, users, openThread, inThread}.
export function items(messages, options) {
  const list = [];
  let before = null;
  for (const message of messages) {
    const seconds = Number(message.ts);
    if (!before || dayKey(Number(before.ts)) !== dayKey(seconds)) list.push({ key: `day-${dayKey(seconds)}`, signature: day(seconds), make: () => dayLine(seconds) });
    const joined = before?.user === message.user && !before.is_ephemeral && !message.is_ephemeral && seconds - Number(before.ts) < TOGETHER && dayKey(Number(before.ts)) === dayKey(seconds);
    const warned = options.state.warnings.includes(message.ts);
    list.push({ key: message.ts, signature: JSON.stringify([message, joined, warned, options.inThread]), make: () => messageNode(message, { ...options, joined, warned }) });
    before = message;
  }
  return list;
}

// Bring the container to show these items; what did not change keeps its node, and with it focus and open menus.
export function show(container, list) {
  const known = new Map([...container.children].map((node) => [node.dataset.item, node]));
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const nodes = list.map((item) => {
    const standing = known.get(item.key);
    if (standing?.signature === item.signature) return standing;
    const node = item.make();
    node.dataset.item = item.key;
    node.signature = item.signature;
    if (standing) node.classList.add("changed");
    return node;
  });
  const same = nodes.length === container.children.length && nodes.every((node, index) => node === container.children[index]);
  if (!same) container.replaceChildren(...nodes);
  if (focused && !container.contains(document.activeElement)) container.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

// The end of the list, or the beginning of the last message where that is too tall to see whole.
export function scrollToEnd(container) {
  const last = container.lastElementChild;
  last?.scrollIntoView({ block: last.offsetHeight > container.clientHeight ? "start" : "end" });
}

export const author = (message, { state, users }) =>
  message.user === state.app.id ? { name: state.app.name, app: true } : (users.find((user) => user.id === message.user) ?? { name: "Slackbot", app: true });

export function avatar(name, { app = false } = {}) {
  if (app) return h("img", { class: "avatar", src: "/page/icon.svg", alt: "" });
  const tone = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
  return h("span", { class: `avatar tone-${tone}`, "aria-hidden": "true" }, name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase());
}

function dayLine(seconds) {
  return h("div", { class: "day", role: "separator" }, h("span", {}, day(seconds)));
}

function messageNode(message, options) {
  const by = author(message, options);
  const seconds = Number(message.ts);
  const time = h("time", { class: "time", title: moment(seconds), datetime: new Date(seconds * 1000).toISOString() }, clock(seconds));
  const heading = h("header", { class: options.joined ? "visually-hidden" : "" }, h("strong", {}, by.name), by.app && h("span", { class: "badge" }, "App"), time);
  const classes = ["message", options.joined && "joined", message.is_ephemeral && "ephemeral"].filter(Boolean).join(" ");
  return h("article", { class: classes, "aria-label": `${by.name}, ${clock(seconds)}` },
    options.joined ? h("span", { class: "gutter", "aria-hidden": "true" }, clock(seconds)) : avatar(by.name, by),
    h("div", { class: "content" },
      message.is_ephemeral && onlyYou(message, options),
      heading,
      ...body(message, options),
      options.warned && h("p", { class: "warned", role: "status" }, "⚠ Sergas did not answer in time. Try again."),
      reactions(message),
      !options.inThread && message.reply_count > 0 && threadLink(message, options)));
}

function body(message, options) {
  const nodes = message.blocks?.length ? blocks(message.blocks, place(message, options)) : [h("div", { class: "text" }, mrkdwn(message.text ?? ""))];
  if (message.edited && nodes.length) nodes.at(-1).append(h("span", { class: "edited" }, " (edited)"));
  return nodes;
}

function place(message, { state }) {
  return {
    id: `m${message.ts.replace(".", "-")}`,
    remember: (block, action, value) => entered.set(`${message.ts}/${block}/${action}`, value),
    remembered: (block, action) => entered.get(`${message.ts}/${block}/${action}`),
    tell: async (spec, block, value) => {
      const press = { user: state.user.id, channel: state.channel, ts: message.ts, action_id: spec.action_id, block_id: block.block_id };
      // Which of a block's buttons it was is told by its own value; what a choice means, by what was chosen.
      const meant = spec.type === "button" ? spec.value : value;
      await act("click", meant === undefined ? press : { ...press, value: meant }).catch((error) => toast(error.message));
    },
  };
}

function onlyYou(message, { state }) {
  const dismiss = () => act("dismiss", { user: state.user.id, ts: message.ts }).catch((error) => toast(error.message));
  return h("p", { class: "only-you" }, "👁 Only visible to you", h("button", { type: "button", class: "link", onclick: dismiss }, "Dismiss"));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, ...message.reactions.map((each) => h("li", {}, mrkdwn(`:${each.name}:`), ` ${each.count}`)));
}

function threadLink(message, options) {
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", { type: "button", class: "thread-link", dataset: { key: `thread-${message.ts}` }, onclick: () => options.openThread(message.ts) },
    h("strong", {}, count), h("span", {}, `Last reply ${moment(Number(message.latest_reply))}`));
}
