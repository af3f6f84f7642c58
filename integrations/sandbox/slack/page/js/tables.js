// The table block, and the data_table block, which the reader sorts and pages through.

import { h } from "./dom.js";
import { keep, kept } from "./folding.js";
import { richText } from "./richtext.js";

const PAGE = 5; // rows, unless the app says otherwise

export function table(block) {
  const [first, ...rest] = block.rows;
  const align = (index) => `align-${block.column_settings?.[index]?.align ?? "left"}`;
  const row = (cells, tag) => h("tr", {}, ...cells.map((cell, index) => h(tag, { class: align(index) }, shown(cell))));
  return scrolling("Table", h("table", {}, h("thead", {}, row(first, "th")), h("tbody", {}, ...rest.map((cells) => row(cells, "td")))));
}

export function dataTable(block, place) {
  const key = `${place.id}/${block.block_id}`;
  const box = scrolling(block.caption);
  const drawn = () => {
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    box.replaceChildren(...contents(block, key, drawn));
    if (focused) box.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  };
  drawn();
  return box;
}

function contents(block, key, redraw) {
  const { sorted, page } = kept(key, { sorted: null, page: 0 });
  const change = (to) => {
    keep(key, { sorted, page, ...to });
    redraw();
  };
  const [head, ...rest] = block.rows;
  const size = block.page_size ?? PAGE;
  const last = Math.ceil(rest.length / size) - 1;
  const at = Math.min(page, last);
  const rows = inOrder(rest, sorted).slice(at * size, (at + 1) * size);
  const made = h(
    "table",
    {},
    h("caption", {}, block.caption),
    h("thead", {}, h("tr", {}, ...head.map((cell, index) => heading(cell, index, { key, sorted, change })))),
    h("tbody", {}, ...rows.map((row) => line(row, block.row_header_column_index ?? 0))),
  );
  return last > 0 ? [made, pager({ key, at, last, size, total: rest.length, change })] : [made];
}

function heading(cell, index, { key, sorted, change }) {
  const here = sorted?.column === index;
  const turned = here && !sorted.down;
  const direction = here ? (sorted.down ? "descending" : "ascending") : "none";
  const sort = {
    type: "button",
    dataset: { key: `${key}/sort-${index}` },
    onclick: () => change({ sorted: { column: index, down: turned }, page: 0 }),
  };
  return h("th", { scope: "col", "aria-sort": direction }, h("button", sort, cell.text));
}

function line(row, named) {
  const classes = (cell) => (cell.type === "raw_number" ? "align-right" : "");
  const cell = (each, index) =>
    index === named ? h("th", { scope: "row", class: classes(each) }, shown(each)) : h("td", { class: classes(each) }, shown(each));
  return h("tr", {}, ...row.map(cell));
}

function pager({ key, at, last, size, total, change }) {
  const step = (by, label, sign) =>
    h("button", {
      type: "button",
      class: "quiet",
      "aria-label": label,
      "aria-disabled": at + by < 0 || at + by > last ? "true" : undefined,
      dataset: { key: `${key}/page${by}` },
      onclick: () => at + by >= 0 && at + by <= last && change({ page: at + by }),
    }, sign);
  const range = `${at * size + 1}–${Math.min((at + 1) * size, total)} of ${total}`;
  return h("div", { class: "pager" }, step(-1, "Previous rows", "‹"), h("span", { role: "status" }, range), step(1, "Next rows", "›"));
}

function inOrder(rows, sorted) {
  if (!sorted) return rows;
  const by = (row) => row[sorted.column];
  const compare = (one, other) =>
    one.type === "raw_number" && other.type === "raw_number"
      ? one.value - other.value
      : said(one).localeCompare(said(other), undefined, { numeric: true });
  return [...rows].sort((one, other) => compare(by(one), by(other)) * (sorted.down ? -1 : 1));
}

const shown = (cell) => (cell.type === "rich_text" ? richText(cell) : cell.text);
const said = (cell) => (cell.type === "rich_text" ? richText(cell).textContent : cell.text);
const scrolling = (label, ...children) => h("div", { role: "region", tabindex: "0", "aria-label": label }, ...children);
