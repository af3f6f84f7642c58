// The page: who is looking, what they see, and keeping both up to date.

import * as api from "./api.js";
import { focusRecord, forget, recordOf, showBehind } from "./behind.js";
import { composer } from "./composer.js";
import { announce, byId, h, tabs, toast } from "./dom.js";
import { setUsers } from "./elements.js";
import { showHome } from "./home.js";
import { author, items, scrollToEnd, show } from "./messages.js";
import { showModal } from "./modal.js";
import { setPeople } from "./mrkdwn.js";
import { drawPeople, markUnread, peopleKeys, showConnection, themeToggle, tickTimes } from "./sidebar.js";
import { setClock } from "./when.js";

const page = { users: [], user: null, state: null, thread: null, live: false, unfollow: () => {}, wanted: new URLSearchParams(location.search).get("record") };
let refreshing = false;
let again = false;

async function start() {
  themeToggle();
  peopleKeys();
  const { users, app } = await api.users();
  page.users = users;
  setUsers(users);
  setPeople([...users, app]);
  composer(byId("composer"), current, { label: "Message Sergas or type /", id: "composer-text", inThread: false });
  composer(byId("thread-composer"), current, { label: "Reply in the thread", id: "thread-text", inThread: true });
  page.showTab = tabs(document.querySelector(".centre .tabs"), tabShown);
  tabs(document.querySelector(".behind .tabs"));
  byId("thread-close").addEventListener("click", () => openThread(null));
  byId("behind-toggle").addEventListener("click", () => showBehindPanel(!isSeen(byId("behind"))));
  byId("behind-close").addEventListener("click", () => showBehindPanel(false));
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && page.thread && !document.querySelector("dialog[open]")) openThread(null); });
  showBehindPanel(innerWidth > 1180);
  setInterval(tickTimes, 20000);
  const asked = new URLSearchParams(location.search).get("user") ?? localStorage.getItem("sergas-user");
  choose(users.some((user) => user.id === asked) ? asked : users[0].id);
}

const current = () => ({ user: page.user, thread: page.thread, commands: page.state?.commands ?? {} });

function choose(user) {
  page.unfollow();
  Object.assign(page, { user, state: null, thread: null });
  forget();
  localStorage.setItem("sergas-user", user);
  history.replaceState(null, "", `/?user=${encodeURIComponent(user)}`);
  byId("messages").replaceChildren();
  drawPeople(page.users, user, choose);
  page.showTab("tab-messages");
  page.unfollow = api.follow(user, refresh, (live) => {
    page.live = live;
    showConnection(page.state?.connections ?? 0, live);
  });
}

function tabShown(id) {
  const tab = id === "tab-home" ? "home" : "messages";
  api.act("home", { user: page.user, tab }).catch((error) => toast(error.message));
}

async function refresh() {
  again = refreshing;
  if (refreshing) return;
  refreshing = true;
  try {
    const user = page.user;
    const [state, found, people] = await Promise.all([api.state(user), api.inspect(user).catch(() => null), api.users()]);
    if (user === page.user) draw(state, found);
    markUnread(people.users, page.user);
  } catch (error) {
    toast(error.message);
  } finally {
    refreshing = false;
    if (again) refresh();
  }
}

function draw(state, found) {
  const before = page.state;
  page.state = state;
  setClock(state.user.tz, state.now);
  tickTimes();
  showConnection(state.connections, page.live);
  drawMessages(before);
  drawThread(before);
  showHome(state);
  showModal(state);
  if (found) showBehind(found);
  if (page.wanted) page.wanted = openRecord(page.wanted) ? null : page.wanted;
}

function drawMessages(before) {
  const { state } = page;
  const container = byId("messages");
  const atEnd = container.scrollHeight - container.scrollTop - container.clientHeight < 120;
  const options = { state, users: page.users, openThread, inThread: false };
  const list = [...state.messages, ...state.ephemerals.filter((each) => !each.thread_ts)].sort((a, b) => a.ts - b.ts);
  show(container, list.length ? [...items(list, options), ...status("")] : [{ key: "empty", signature: "", make: welcome }]);
  const count = before?.messages.length ?? 0;
  if (!before || (list.length > count + before.ephemerals.length && atEnd)) scrollToEnd(container);
  if (before && state.messages.length > count) tellOf(state.messages.at(-1));
}

function drawThread(before) {
  const { state } = page;
  const root = state.messages.find((message) => message.ts === page.thread);
  byId("thread").hidden = !root;
  document.body.classList.toggle("with-thread", Boolean(root));
  if (!root) return;
  const container = byId("thread-messages");
  const whispered = state.ephemerals.filter((each) => each.thread_ts === root.ts);
  const list = [root, ...[...root.replies, ...whispered].sort((a, b) => a.ts - b.ts)];
  const grown = container.dataset.count && Number(container.dataset.count) < list.length && container.dataset.root === root.ts;
  show(container, [...folded(items(list, { state, users: page.users, openThread, inThread: true }), root), ...status(root.ts)]);
  Object.assign(container.dataset, { count: list.length, root: root.ts });
  if (grown) scrollToEnd(container);
  if (before && grown) tellOf(list.at(-1));
}

// A long first message is folded, for it stands in the conversation already and the replies are what the thread is opened for.
function folded(list, root) {
  const long = root.blocks?.length > 6 && !page.unfolded;
  const at = list.findIndex((item) => item.key === root.ts);
  if (!long) return list;
  const first = { ...list[at], signature: `folded ${list[at].signature}`, make: () => { const node = list[at].make(); node.classList.add("clamped"); node.querySelector(".content").inert = true; return node; } };
  const unfold = { key: "unfold", signature: "", make: () => h("button", { type: "button", class: "link unfold", onclick: () => { page.unfolded = true; drawThread(null); } }, "Show the whole message") };
  return [...list.slice(0, at), first, unfold, ...list.slice(at + 1)];
}

function status(where) {
  const doing = page.state.status[where];
  return doing ? [{ key: "status", signature: doing, make: () => h("p", { class: "doing", role: "status" }, `${page.state.app.name} ${doing}`) }] : [];
}

function tellOf(message) {
  if (message.user !== page.user) announce(`${author(message, page).name}: ${message.text ?? "a new message"}`);
}

function openThread(ts) {
  const opener = ts ?? page.thread;
  Object.assign(page, { thread: ts, unfolded: false });
  byId("thread-messages").replaceChildren();
  byId("thread-messages").dataset.count = "";
  drawThread(null);
  if (ts) byId("thread-text").focus();
  else document.querySelector(`[data-key="thread-${CSS.escape(opener)}"]`)?.focus();
}

const isSeen = (node) => node.getClientRects().length > 0;

function showBehindPanel(visible) {
  byId("behind").hidden = !visible;
  byId("behind-toggle").setAttribute("aria-expanded", String(visible));
  document.body.classList.toggle("with-behind", visible);
  // On narrower screens the thread takes this place.
  if (visible && !isSeen(byId("behind"))) openThread(null);
}

// Links to records that the panel shows open there; all others lead where they lead.
function followLink(event) {
  const link = event.target.closest("a[data-link]");
  const id = link && recordOf(link.href);
  const ours = link && new URL(link.href).pathname.startsWith("/_sandbox/record/");
  if (!id && !ours) return;
  event.preventDefault();
  if (!openRecord(link.href)) toast("This record is not among those shown behind the scenes.");
}

function openRecord(address) {
  const id = recordOf(address);
  if (!id) return false;
  showBehindPanel(true);
  byId("tab-record").click();
  return focusRecord(id);
}

function welcome() {
  return h("div", { class: "empty" }, h("p", { class: "empty-mark", "aria-hidden": "true" }, "☀"), h("h3", {}, "Nothing yet"), h("p", {}, "Your brief arrives here each morning. To look at one account now, type /review-account and its name."));
}

start().catch((error) => toast(error.message));
