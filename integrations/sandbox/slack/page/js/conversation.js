// The conversation in the middle and the thread beside it, drawn from the state.

import { announce, byId, h, nothing } from "./dom.js";
import { author, items, scrollToEnd, show } from "./messages.js";
import { mrkdwn } from "./mrkdwn.js";

const WELCOME =
  "If you own accounts, your brief arrives here each morning, and decisions that need you at any time. " +
  "To look at one account now, type /review-account and its name.";
const NEAR = 120; // closer to the end than this many pixels, scroll to new messages
const LONG = 6; // fold a thread's first message if it has more blocks

const thread = { ts: null, unfolded: false };

export const openedThread = () => thread.ts;

// `page` = {state, users}; `before` is the state drawn last, if the person is the same.
export function drawConversation(page, before) {
  drawMessages(page, before);
  drawThread(page, before);
}

// Open a thread, or close it with null.
export function openThread(page, ts) {
  const left = thread.ts;
  Object.assign(thread, { ts, unfolded: false });
  byId("thread-messages").replaceChildren();
  delete byId("thread-messages").dataset.count;
  if (page.state) drawThread(page, null);
  if (ts) byId("thread-text").focus();
  else if (left) document.querySelector(`[data-key="thread-${CSS.escape(left)}"]`)?.focus();
}

function drawMessages(page, before) {
  const { state } = page;
  const container = byId("messages");
  const atEnd = container.scrollHeight - container.scrollTop - container.clientHeight < NEAR;
  const list = inConversation(state);
  const empty = { key: "empty", signature: "", make: () => nothing("Nothing yet", WELCOME, "☀") };
  show(container, list.length ? [...items(list, options(page, false)), ...status(state, "")] : [empty]);
  const grown = before && list.length > inConversation(before).length;
  if (!before || (grown && atEnd)) scrollToEnd(container);
  if (grown) tellOf(list.at(-1), page);
  else if (before) tellOfUpdates(before, page);
}

function drawThread(page, before) {
  const { state } = page;
  const root = state.messages.find((message) => message.ts === thread.ts);
  byId("thread").hidden = !root;
  document.body.classList.toggle("with-thread", Boolean(root));
  if (!root) return;
  const container = byId("thread-messages");
  const whispers = state.ephemerals.filter((each) => each.thread_ts === root.ts);
  const list = [root, ...inOrder([...root.replies, ...whispers])];
  const grown = list.length > Number(container.dataset.count ?? Infinity);
  show(container, [...folded(items(list, options(page, true)), root, page), ...status(state, root.ts)]);
  container.dataset.count = list.length;
  if (grown) scrollToEnd(container);
  if (before && grown) tellOf(list.at(-1), page);
}

const inConversation = (state) => inOrder([...state.messages, ...state.ephemerals.filter((each) => !each.thread_ts)]);
const inOrder = (messages) => messages.sort((one, other) => one.ts - other.ts);
const options = (page, inThread) => ({ ...page, openThread: (ts) => openThread(page, ts), inThread });

// Fold a long first message: the conversation shows it already, and people open a thread for its replies.
function folded(list, root, page) {
  if (thread.unfolded || !(root.blocks?.length > LONG)) return list;
  const at = list.findIndex((item) => item.key === root.ts);
  const whole = list[at];
  const short = () => {
    const node = whole.make();
    node.classList.add("clamped");
    node.querySelector(".content").inert = true;
    return node;
  };
  const unfold = () => {
    thread.unfolded = true;
    drawThread(page, null);
  };
  const button = () => h("button", { type: "button", class: "link unfold", onclick: unfold }, "Show the whole message");
  return [
    ...list.slice(0, at),
    { key: whole.key, signature: `folded ${whole.signature}`, make: short },
    { key: "unfold", signature: "", make: button },
    ...list.slice(at + 1),
  ];
}

function status(state, where) {
  const doing = state.status[where];
  if (!doing) return [];
  const make = () => h("p", { class: "doing", role: "status" }, `${state.app.name} ${doing}`);
  return [{ key: "status", signature: doing, make }];
}

function tellOf(message, page) {
  if (message.user === page.state.user.id) return;
  announce(`${author(message, page).name}: ${spoken(message).join("\n") || "a new message"}`);
}

// An updated message is read out as far as it says something new.
function tellOfUpdates(before, page) {
  for (const message of page.state.messages) {
    const earlier = before.messages.find((each) => each.ts === message.ts);
    if (!earlier || earlier.text === message.text) continue;
    const known = new Set(spoken(earlier));
    const fresh = spoken(message).filter((line) => !known.has(line));
    if (fresh.length) announce(`${author(message, page).name}: ${fresh.join("\n")}`);
  }
}

// The lines of a message's text without marks and addresses, as a notification shows them.
const spoken = (message) => (message.text ?? "").split("\n").map((line) => mrkdwn(line).textContent).filter(Boolean);
