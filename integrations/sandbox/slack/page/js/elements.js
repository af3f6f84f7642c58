// Interactive elements: they keep what was chosen in their place, and tell the app where Slack would.

import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { overflowMenu } from "./menu.js";

let users = [];
export function setUsers(list) {
  users = list;
}

export function element(spec, block, place, field = {}) {
  const make = ELEMENTS[spec.type];
  if (!make) return h("span", { class: "unknown" }, `An element of type ${spec.type}.`);
  const context = { spec, block, place, field, key: [block.block_id, spec.action_id] };
  // Inside an input block the app hears of it only where the block asks for that.
  context.tells = block.type !== "input" || block.dispatch_action === true;
  return make(context);
}

const common = ({ spec, field, place, block }) => ({
  id: field.id,
  "aria-describedby": field.described,
  "aria-required": field.required ? "true" : undefined,
  "aria-label": field.id ? undefined : spec.placeholder?.text ?? spec.action_id.replaceAll("_", " "),
  autofocus: spec.focus_on_load === true,
  dataset: { key: `${place.id}/${block.block_id}/${spec.action_id}` },
});

async function tell(context, value, node) {
  context.place.remember(...context.key, value);
  if (!context.tells || !(await confirmed(context.spec.confirm))) return;
  await pending(node, () => context.place.tell(context.spec, context.block, value));
}

async function pending(node, work) {
  node.setAttribute("aria-busy", "true");
  const focused = document.activeElement === node;
  if ("disabled" in node) node.disabled = true;
  try {
    await work();
  } finally {
    node.removeAttribute("aria-busy");
    if ("disabled" in node) node.disabled = false;
    if (focused && node.isConnected) node.focus();
  }
}

const ELEMENTS = { button, overflow, static_select: select, users_select: select, datepicker: date, radio_buttons: radios, checkboxes: boxes, multi_static_select: boxes, plain_text_input: line, number_input: line };

function button(context) {
  const { spec } = context;
  const label = [h("span", { class: "label" }, plain(spec.text.text))];
  const properties = { ...common(context), "aria-label": spec.accessibility_label, class: `button ${spec.style ?? ""}` };
  if (spec.url) return h("a", { ...properties, href: spec.url, target: "_blank", rel: "noopener noreferrer", "data-link": spec.url, onclick: () => context.place.tell(spec, context.block, null) }, ...label);
  return h("button", { ...properties, type: "button", onclick: async (event) => {
    const node = event.currentTarget;
    if (await confirmed(spec.confirm)) await pending(node, () => context.place.tell(spec, context.block, null));
  } }, ...label);
}

function overflow(context) {
  return overflowMenu(context.spec, common(context), async (value, node) => {
    if (await confirmed(context.spec.confirm)) await pending(node, () => context.place.tell(context.spec, context.block, value));
  });
}

function select(context) {
  const { spec, place, key } = context;
  const chosen = place.remembered(...key) ?? spec.initial_option?.value ?? spec.initial_user ?? "";
  const option = (value, label) => h("option", { value, selected: value === chosen }, label);
  const offered = spec.type === "users_select" ? users.map((user) => option(user.id, user.name)) : (spec.options ?? []).map((each) => option(each.value, each.text.text));
  const groups = (spec.option_groups ?? []).map((group) => h("optgroup", { label: group.label.text }, ...group.options.map((each) => option(each.value, each.text.text))));
  return h("select", { ...common(context), onchange: (event) => tell(context, event.target.value || null, event.target) }, option("", spec.placeholder?.text ?? "Choose…"), ...offered, ...groups);
}

function date(context) {
  const { spec, place, key } = context;
  return h("input", { ...common(context), type: "date", value: place.remembered(...key) ?? spec.initial_date ?? "", onchange: (event) => tell(context, event.target.value || null, event.target) });
}

function line(context) {
  const { spec, place, key } = context;
  const properties = { ...common(context), placeholder: spec.placeholder?.text, maxlength: spec.max_length, value: place.remembered(...key) ?? spec.initial_value ?? "", oninput: (event) => place.remember(...key, event.target.value) };
  if (spec.multiline) return h("textarea", { ...properties, rows: 4 });
  return h("input", { ...properties, type: "text", inputmode: spec.type === "number_input" ? "decimal" : undefined, onkeydown: (event) => { if (event.key === "Enter" && context.tells) { event.preventDefault(); tell(context, event.target.value, event.target); } } });
}

function radios(context) {
  const { spec, place, key } = context;
  const chosen = place.remembered(...key) ?? spec.initial_option?.value;
  const name = `${place.id}-${key.join("-")}`;
  return h("div", { class: "choices", role: "radiogroup" }, ...spec.options.map((each) => choice("radio", name, each, each.value === chosen, (event) => tell(context, each.value, event.target))));
}

function boxes(context) {
  const { spec, place, key } = context;
  const options = spec.options ?? spec.option_groups.flatMap((group) => group.options);
  const chosen = new Set(place.remembered(...key) ?? (spec.initial_options ?? []).map((each) => each.value));
  const changed = (value) => (event) => {
    if (event.target.checked) chosen.add(value);
    else chosen.delete(value);
    return tell(context, options.map((each) => each.value).filter((each) => chosen.has(each)), event.target);
  };
  return h("div", { class: "choices" }, ...options.map((each) => choice("checkbox", "", each, chosen.has(each.value), changed(each.value))));
}

function choice(type, name, option, checked, onchange) {
  const label = option.text.type === "mrkdwn" ? mrkdwn(option.text.text) : plain(option.text.text);
  return h("label", { class: "choice" }, h("input", { type, name, value: option.value, checked, onchange }), h("span", {}, label, option.description && h("small", {}, plain(option.description.text))));
}
