// The page: keeps the acting person and their view up to date.

import * as api from "./api.js";
import { focusRecord, forget, recordOf, showBehind } from "./behind.js";
import { composer } from "./composer.js";
import { drawConversation, openedThread, openThread } from "./conversation.js";
import { byId, tabs, toast } from "./dom.js";
import { setUsers } from "./elements.js";
import { showHome } from "./home.js";
import { showModal } from "./modal.js";
import { setPeople } from "./mrkdwn.js";
import { drawPeople, markUnread, peopleKeys, showConnection, themeToggle, tickTimes } from "./sidebar.js";
import { setClock } from "./when.js";

const WIDE = 1180; // from this width in pixels, the panel behind the scenes starts open

const page = { users: [], state: null };
let user = null; // the id of the acting person
let live = false; // whether the sandbox notifies us of changes
let unfollow = () => {};
let wanted = new URLSearchParams(location.search).get("record");
let showTab;
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
  showTab = tabs(document.querySelector(".centre .tabs"), tabShown);
  tabs(document.querySelector(".behind .tabs"));
  listen();
  showBehindPanel(innerWidth > WIDE);
  const asked = new URLSearchParams(location.search).get("user") ?? localStorage.getItem("sergas-user");
  choose(users.some((each) => each.id === asked) ? asked : users[0].id);
}

function listen() {
  byId("thread-close").addEventListener("click", () => openThread(page, null));
  byId("behind-toggle").addEventListener("click", () => showBehindPanel(!isSeen(byId("behind"))));
  byId("behind-close").addEventListener("click", () => {
    showBehindPanel(false);
    byId("behind-toggle").focus();
  });
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    if (openedThread()) openThread(page, null);
  });
  setInterval(tickTimes, 20_000);
}

const current = () => ({ user, thread: openedThread(), commands: page.state?.commands ?? {} });

function choose(id) {
  unfollow();
  user = id;
  page.state = null;
  openThread(page, null);
  byId("thread").hidden = true;
  forget();
  localStorage.setItem("sergas-user", user);
  history.replaceState(null, "", `/?user=${encodeURIComponent(user)}`);
  byId("messages").replaceChildren();
  drawPeople(page.users, user, choose);
  showTab("tab-messages");
  unfollow = api.follow(user, refresh, (answering) => {
    live = answering;
    showConnection(page.state?.connections ?? 0, live);
  });
}

function tabShown(id) {
  const tab = id === "tab-home" ? "home" : "messages";
  api.act("home", { user, tab }).catch((error) => toast(error.message));
}

// One at a time; a change during a request leads to another request.
async function refresh() {
  again = refreshing;
  if (refreshing) return;
  refreshing = true;
  try {
    const asked = user;
    const inspected = api.inspect(asked).catch(() => null);
    const [state, found, people] = await Promise.all([api.state(asked), inspected, api.users()]);
    if (asked === user) draw(state, found);
    markUnread(people.users, user);
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
  showConnection(state.connections, live);
  drawConversation(page, before);
  showHome(state);
  showModal(state);
  if (found) showBehind(found, user);
  if (wanted && !state.modal && openRecord(wanted)) wanted = null;
}

const isSeen = (node) => node.getClientRects().length > 0;

function showBehindPanel(visible) {
  byId("behind").hidden = !visible;
  byId("behind-toggle").setAttribute("aria-expanded", String(visible));
  document.body.classList.toggle("with-behind", visible);
  // On narrower screens the thread is shown instead.
  if (visible && !isSeen(byId("behind"))) openThread(page, null);
}

// Links to records in the panel open there; other links work as usual. A modal, which would cover the panel, closes first.
function followLink(event) {
  const link = event.target.closest("a[data-link]");
  if (!link) return;
  const ours = new URL(link.href).pathname.startsWith("/_sandbox/record/");
  const known = recordOf(link.href);
  if (!ours && !known) return;
  event.preventDefault();
  const dialog = link.closest("dialog");
  if (dialog && known) {
    wanted = link.href;
    dialog.querySelector("[data-close]").click();
  } else if (!openRecord(link.href)) toast("This record is not among those shown behind the scenes.");
}

function openRecord(address) {
  const id = recordOf(address);
  if (!id) return false;
  showBehindPanel(true);
  byId("tab-record").click();
  return focusRecord(id);
}

start().catch((error) => toast(error.message));
