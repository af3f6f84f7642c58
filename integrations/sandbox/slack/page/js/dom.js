// Build elements. Text becomes text nodes only: foreign text is never parsed as HTML.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && typeof value === "boolean") element[name] = value;
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Placeholder for an empty list.
export function nothing(title, text, mark, level = 2) {
  const sign = mark && h("p", { class: "empty-mark", "aria-hidden": "true" }, mark);
  return h("div", { class: "empty" }, sign, h(`h${level}`, {}, title), h("p", {}, text));
}

export const byId = (id) => document.getElementById(id);

export function announce(text) {
  byId("announcer").textContent = text;
}

let toastTimer;
export function toast(text) {
  const place = byId("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, 6000);
}

// Arrow keys move the focus along a row or column of buttons; only one of them is in the tab order.
export function roving(container, selector, onMove = () => {}) {
  container.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const buttons = [...container.querySelectorAll(selector)];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0 || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const ends = { Home: 0, End: buttons.length - 1 };
    const next = buttons[ends[event.key] ?? (at + step + buttons.length) % buttons.length];
    next.focus();
    onMove(next);
  });
}

// A tab list whose tabs show the panels they control.
export function tabs(list, onShow = () => {}) {
  const all = [...list.querySelectorAll('[role="tab"]')];
  const show = (chosen) => {
    for (const tab of all) {
      const here = tab === chosen;
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = !here;
    }
    onShow(chosen.id);
  };
  for (const tab of all) tab.addEventListener("click", () => show(tab));
  roving(list, '[role="tab"]', show);
  return (id) => show(byId(id));
}
