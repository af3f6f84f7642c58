// The acting person, the connection to the app, and the colour scheme.

import { byId, h, roving } from "./dom.js";
import { avatar } from "./messages.js";
import { timeIn } from "./when.js";

export function drawPeople(users, chosen, choose) {
  const described = (user) => (user.title ? `${user.name}, ${user.title}` : user.name);
  const options = users.map((user) => h("option", { value: user.id, selected: user.id === chosen }, described(user)));
  const select = byId("person-select");
  select.replaceChildren(...options);
  select.onchange = () => choose(select.value);
  const held = byId("people").contains(document.activeElement);
  byId("people").replaceChildren(...users.map((user) => h("li", {}, person(user, user.id === chosen, choose))));
  if (held) byId("people").querySelector("[aria-current]")?.focus();
}

const seen = new Map(); // user id -> ts of the newest message they looked at

// A dot marks other people with messages from the app that this page has not shown yet.
export function markUnread(users, here) {
  for (const user of users) {
    if (user.id === here) seen.set(user.id, user.latest);
    const dot = byId("people").querySelector(`[data-user="${CSS.escape(user.id)}"] .unread`);
    if (dot) dot.hidden = !user.latest || user.latest === seen.get(user.id);
  }
}

export function tickTimes() {
  for (const time of byId("people").querySelectorAll("time")) time.textContent = timeIn(time.dataset.zone);
}

export function showConnection(connections, live) {
  const place = byId("connection");
  place.className = `connection ${live && connections ? "on" : "off"}`;
  const app = connections ? "Sergas is connected" : "Sergas is not connected";
  place.textContent = live ? app : "The sandbox is not answering";
}

export function themeToggle() {
  const button = byId("theme-toggle");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const draw = () => { button.textContent = dark() ? "☀ Light" : "☾ Dark"; };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem("sergas-theme", document.documentElement.dataset.theme);
    draw();
  });
  system.addEventListener("change", draw);
  draw();
}

export function peopleKeys() {
  roving(byId("people"), "button");
}

function person(user, here, choose) {
  const properties = {
    type: "button",
    class: "person",
    "aria-current": here ? "true" : undefined,
    tabindex: here ? "0" : "-1",
    dataset: { user: user.id },
    onclick: () => choose(user.id),
  };
  return h(
    "button",
    properties,
    avatar(user.name),
    h("span", { class: "who" }, h("strong", {}, user.name), h("small", {}, user.title)),
    h("span", { class: "unread", role: "img", "aria-label": "New message", hidden: true }),
    h("time", { dataset: { zone: user.tz }, title: user.tz }, timeIn(user.tz)),
  );
}
