// Behind the scenes: this person's CRM records, the audit trail, and their e-mails.

import { byId, h, nothing } from "./dom.js";
import { drawMails } from "./mails.js";
import { moment, short } from "./when.js";

let known = []; // the records shown
let open = new Set(); // ids of the unfolded records
let shown = "";
let seen = null; // hashes of the earlier audit entries

export function showBehind(found, user) {
  const signature = JSON.stringify(found);
  if (signature === shown) return;
  shown = signature;
  const written = newlyWritten(known, found.records);
  known = found.records;
  if (!open.size && known.length) open.add(known[0].id);
  if (written) open.add(written);
  const empty = nothing("No records yet", "The accounts of the latest brief appear here.", "", 3);
  const held = document.activeElement?.closest("[data-record]")?.dataset.record;
  byId("panel-record").replaceChildren(...(known.length ? known.map(record) : [empty]));
  if (held) recordNode(held)?.querySelector("summary").focus({ preventScroll: true });
  drawAudit(found);
  drawMails(found.mails ?? [], user);
  // Scroll the record that a click has just written into view; the focus stays on the button.
  if (written) recordNode(written)?.scrollIntoView({ block: "start", behavior: "smooth" });
}

// The record that has been written to since the last look.
function newlyWritten(before, after) {
  const count = (each) => each?.items.filter((item) => item.new).length ?? 0;
  return before.length ? after.find((each) => count(each) > count(before.find((old) => old.id === each.id)))?.id : undefined;
}

const recordNode = (id) => byId("panel-record").querySelector(`[data-record="${CSS.escape(id)}"]`);

export function forget() {
  [known, open, shown, seen] = [[], new Set(), "", null];
}

// The record that a link in a message points to, if the panel shows it: by its address, or by the id at its end.
export function recordOf(url) {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const last = decodeURIComponent(path.split("/").pop());
  const holds = (each) => each.url === url || each.id === last || each.items.some((item) => item.id === last);
  return known.find(holds)?.id;
}

export function focusRecord(id) {
  const node = recordNode(id);
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
  const remember = (event) => (event.target.open ? open.add(each.id) : open.delete(each.id));
  const title = [h("strong", {}, each.title), h("small", {}, each.subtitle ?? "")];
  const fields = each.fields.map((field) => h("div", {}, h("dt", {}, field.label), h("dd", {}, readable(field.value))));
  return h(
    "details",
    { class: "record", open: open.has(each.id), dataset: { record: each.id }, ontoggle: remember },
    h("summary", {}, h("span", { class: "record-title" }, ...title), fresh > 0 && h("span", { class: "new" }, `${fresh} new`)),
    h("dl", {}, ...fields),
    h("ul", { class: "items" }, ...newestFirst(each.items).map(item)),
  );
}

// Records just written come first.
function newestFirst(items) {
  return [...items].sort((one, other) => other.new - one.new || String(other.at).localeCompare(String(one.at)));
}

function item(each) {
  return h(
    "li",
    { class: each.new ? "item fresh" : "item" },
    h("div", { class: "item-title" }, h("strong", {}, each.title), each.new && h("span", { class: "new" }, "New")),
    each.detail && h("p", {}, each.detail),
    each.at && h("time", {}, when(each.at, short)),
  );
}

function drawAudit(found) {
  const before = seen;
  seen = new Set(found.audit.map((each) => each.hash));
  const state = found.audit_ok
    ? h("p", { class: "chain good", role: "status" }, "✓ The chain of entries is unbroken")
    : h("p", { class: "chain bad", role: "alert" }, "✗ The chain of entries is broken");
  const entries = found.audit.map((each) => entry(each, before !== null && !before.has(each.hash)));
  const list = entries.length
    ? h("ol", { class: "audit" }, ...entries)
    : nothing("No entries yet", "Every decision and every write is kept here.", "", 3);
  byId("panel-audit").replaceChildren(state, list);
}

function entry(each, fresh) {
  const time = h("time", { title: when(each.at, moment) }, when(each.at, short));
  return h(
    "li",
    { class: fresh ? "entry fresh" : "entry" },
    h("div", { class: "entry-head" }, h("strong", {}, each.action), time),
    h("p", { title: each.subject }, shortened(`${each.actor} · ${each.subject}`)),
    each.detail && h("p", { class: "entry-detail", title: each.detail }, shortened(each.detail)),
    h("code", { title: each.hash }, String(each.hash).slice(0, 12)),
  );
}

// Zoho's timestamps as the person's own time; everything else unchanged.
function readable(value) {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? when(value, moment) : String(value ?? "–");
}

// Digests and long ids are shortened; the title has all of it.
const shortened = (text) => text.replace(/\b([0-9a-f]{8})[0-9a-f]{16,}\b/g, "$1…");

function when(at, format) {
  const seconds = typeof at === "number" ? at : Date.parse(at) / 1000;
  return Number.isFinite(seconds) ? format(seconds) : String(at);
}
