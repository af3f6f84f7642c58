// The box for writing messages and slash commands.

import { act } from "./api.js";
import { h, roving, toast } from "./dom.js";

// `current` returns {user, commands, thread}; slash commands do not work in threads.
export function composer(form, current, { label, id, inThread }) {
  const box = h("textarea", { id, rows: 1, "aria-label": label, placeholder: label, autocomplete: "off" });
  const send = h("button", { type: "submit", class: "button primary send", "aria-label": "Send", disabled: true }, "➤");
  const menu = h("div", { class: "commands menu", role: "menu", "aria-label": "Commands", hidden: true });
  form.append(menu, h("div", { class: "box" }, box, send));

  const fit = () => {
    box.rows = Math.min(6, box.value.split("\n").length);
    send.disabled = !box.value.trim();
    const typed = box.value.startsWith("/") && !box.value.includes(" ") && !inThread;
    const matching = typed ? Object.entries(current().commands).filter(([name]) => name.startsWith(box.value)) : [];
    menu.replaceChildren(...matching.map(offer));
    menu.hidden = matching.length === 0;
  };
  const offer = ([name, hint]) => {
    const properties = { type: "button", role: "menuitem", tabindex: "-1", onclick: () => choose(name) };
    return h("button", properties, h("strong", {}, name), h("span", {}, hint));
  };
  const choose = (name) => {
    box.value = `${name} `;
    box.focus();
    fit();
  };
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (!menu.hidden && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      menu.firstElementChild.click();
    } else if (!menu.hidden && event.key === "ArrowDown") {
      event.preventDefault();
      menu.firstElementChild.focus();
    } else if (!menu.hidden && event.key === "Escape") menu.hidden = true;
  });
  roving(menu, '[role="menuitem"]');
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    box.focus(); // not on the button, which is of no use now
    fit();
    const above = form.parentElement.querySelector(".scroll");
    above.scrollTop = above.scrollHeight; // so that the answer appears in view
    try {
      await said(text, current(), inThread);
    } catch (error) {
      box.value = text;
      fit();
      toast(error.message);
    }
  });
}

function said(text, { user, thread }, inThread) {
  const command = text.match(/^(\/[a-z][a-z0-9_-]*)(?:\s+([\s\S]*))?$/i);
  if (!command) return act("message", { user, text, ...(inThread ? { thread_ts: thread } : {}) });
  if (inThread) throw new Error(`${command[1]} is not supported in threads. Sorry!`);
  return act("command", { user, command: command[1], text: command[2] ?? "" });
}
