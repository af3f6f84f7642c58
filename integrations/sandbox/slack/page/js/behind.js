// Behind the scenes: what stands in the CRM for this person, and the audit trail of what was done.

import { byId, h } from "./dom.js";
import { moment, short } from "./when.js";

let known = []; // the records shown
let open = new Set(); // ids of the records that are unfolded
let shown = "";
let seen = null; // hashes of the audit entries that were there before

export function showBehind(found) {
  const signature = JSON.stringify(found);
  if (signature === shown) return;
  shown = signature;
  known = found.records;
  if (!open.size && known.length) open.add(known[0].id);
  byId("panel-record").replaceChildren(...(known.length ? known.map(record) : [nothing("No records yet", "The accounts of the latest brief appear here.")]));
  drawAudit(found);
}

export function forget() {
  [known, open, shown, seen] = [[], new Set(), "", null];
}

// The record a link in a message points to, if it is one of those shown: by its address, or by the id that ends it.
export function recordOf(url) {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const last = decodeURIComponent(path.split("/").pop());
  return known.find((each) => each.url === url || each.id === last || each.items.some((item) => item.id === last))?.id;
}

export function focusRecord(id) {
  const node = byId("panel-record").querySelector(`[data-record="${CSS.escape(id)}"]`);
  if (!node) return false;
  node.open = true;
  node.scrollIntoView({ block: "start", behavior: "smooth" });
  node.querySelector("summary").focus({ preventScroll: true });
  node.classList.remove("found");
  requestAnimationFrame(() => node.classList.add("found"));
  return true;
}

function record(each) {
  const fresh = each.items.filter((item) => item.new).length;
  return h("details", { class: "record", open: open.has(each.id), dataset: { record: each.id }, ontoggle: (event) => (event.target.open ? open.add(each.id) : open.delete(each.id)) },
    h("summary", {}, h("span", { class: "record-title" }, h("strong", {}, each.title), h("small", {}, each.subtitle ?? "")), fresh > 0 && h("span", { class: "new" }, `${fresh} new`)),
    h("dl", {}, ...each.fields.map((field) => h("div", {}, h("dt", {}, field.label), h("dd", {}, readable(field.value))))),
    h("ul", { class: "items" }, ...each.items.map(item)));
}

function item(each) {
  return h("li", { class: each.new ? "item fresh" : "item" },
    h("div", { class: "item-title" }, h("strong", {}, each.title), each.new && h("span", { class: "new" }, "New")),
    each.detail && h("p", {}, each.detail),
    each.at && h("time", {}, when(each.at, short)));
}

function drawAudit(found) {
  const before = seen;
  seen = new Set(found.audit.map((entry) => entry.hash));
  const state = found.audit_ok
    ? h("p", { class: "chain good", role: "status" }, "✓ The chain of entries is unbroken")
    : h("p", { class: "chain bad", role: "alert" }, "✗ The chain of entries is broken");
  const entries = found.audit.map((entry) =>
    h("li", { class: before && !before.has(entry.hash) ? "entry fresh" : "entry" },
      h("div", { class: "entry-head" }, h("strong", {}, entry.action), h("time", { title: when(entry.at, moment) }, when(entry.at, short))),
      h("p", {}, `${entry.actor} · ${entry.subject}`),
      entry.detail && h("p", { class: "entry-detail" }, entry.detail),
      h("code", { title: entry.hash }, String(entry.hash).slice(0, 12))));
  byId("panel-audit").replaceChildren(state, found.audit.length ? h("ol", { class: "audit" }, ...entries) : nothing("No entries yet", "Every decision and every write is kept here."));
}

// Zoho's timestamps as the person's own time; everything else as it stands.
function readable(value) {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? when(value, moment) : String(value ?? "–");
}

function when(at, format) {
  const seconds = typeof at === "number" ? at : Date.parse(at) / 1000;
  return Number.isFinite(seconds) ? format(seconds) : String(at);
}

function nothing(title, text) {
  return h("div", { class: "empty" }, h("h3", {}, title), h("p", {}, text));
}
