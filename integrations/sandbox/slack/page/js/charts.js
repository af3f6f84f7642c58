// The data_visualization block, as bars: the shares of a pie, or the values of each series by category.

import { h } from "./dom.js";

export function chart(block) {
  const { chart: of } = block;
  const rows = of.type === "pie" ? ofPie(of) : ofSeries(of);
  const most = Math.max(...rows.map((row) => Math.abs(row.value)), 1);
  const lines = rows.map((row) => h(
    "tr",
    {},
    h("th", { scope: "row" }, row.label),
    h("td", {}, bar(row.value / most, row.tone), h("span", {}, row.value.toLocaleString("en-US"))),
  ));
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), h("table", {}, h("tbody", {}, ...lines)));
}

const ofPie = (of) => of.segments.map(({ label, value }, tone) => ({ label, value, tone }));

function ofSeries(of) {
  const several = of.series.length > 1;
  return of.axis_config.categories.flatMap((category, at) =>
    of.series.map(({ name, data }, tone) => ({
      label: several ? `${category}, ${name}` : category,
      value: data[at].value,
      tone: several ? tone : 0,
    })));
}

function bar(share, tone) {
  const made = h("span", { class: `share tone-${tone % 6}`, "aria-hidden": "true" });
  made.style.inlineSize = `${Math.max(Math.abs(share) * 60, 0.5)}%`;
  return made;
}
