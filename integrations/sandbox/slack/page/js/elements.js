// Interactive elements: they keep choices in their place, and notify the app when Slack would.

import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { overflowMenu } from "./menu.js";
import { mrkdwn, plain } from "./mrkdwn.js";

let users = [];
export function setUsers(list) {
  users = list;
}

export function element(spec, block, place, field = {}) {
  const make = ELEMENTS[spec.type];
  if (!make) return h("span", { class: "unknown" }, `An element of type ${spec.type}.`);
  // Inside an input block, notify the app only if the block asks for that.
  const tells = block.type !== "input" || block.dispatch_action === true;
  return make({ spec, block, place, field, tells, key: [block.block_id, spec.action_id] });
}

const ELEMENTS = {
  button,
  icon_button: iconButton,
  feedback_buttons: feedback,
  overflow,
  static_select: select,
  users_select: select,
  datepicker: date,
  timepicker: time,
  radio_buttons: radios,
  checkboxes: boxes,
  multi_static_select: boxes,
  plain_text_input: line,
  number_input: line,
};

const common = ({ spec, field, place, block }) => ({
  id: field.id,
  "aria-describedby": field.described,
  "aria-required": field.required ? "true" : undefined,
  "aria-label": field.id ? undefined : (spec.placeholder?.text ?? spec.action_id.replaceAll("_", " ")),
  autofocus: spec.focus_on_load === true,
  dataset: { key: `${place.id}/${block.block_id}/${spec.action_id}` },
});

// The element's value: entered before, or set by the app.
const standing = ({ place, key }, initial) => place.remembered(...key) ?? initial;

async function chosen(context, value, node) {
  context.place.remember(...context.key, value);
  if (context.tells) await press(context, value, node);
}

async function press({ spec, block, place }, value, node) {
  if (node.getAttribute("aria-disabled")) return;
  if (await confirmed(spec.confirm)) await pending(node, () => place.tell(spec, block, value));
}

// A busy button takes no second press. It is not disabled: that would take the focus away, and the message may be drawn anew
// before it could be given back.
async function pending(node, work) {
  node.setAttribute("aria-busy", "true");
  if (node.matches("button")) node.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    node.removeAttribute("aria-busy");
    node.removeAttribute("aria-disabled");
  }
}

function button(context) {
  const { spec, block, place } = context;
  const properties = {
    ...common(context),
    "aria-label": spec.accessibility_label,
    class: `button ${spec.style ?? ""}`,
  };
  const label = h("span", { class: "label" }, plain(spec.text.text));
  if (!spec.url) {
    return h("button", { ...properties, type: "button", onclick: (event) => press(context, null, event.currentTarget) }, label);
  }
  const opens = { href: spec.url, target: "_blank", rel: "noopener noreferrer", "data-link": spec.url };
  return h("a", { ...properties, ...opens, onclick: () => place.tell(spec, block, null) }, label);
}

function iconButton(context) {
  const { spec, place } = context;
  if (spec.visible_to_user_ids && !spec.visible_to_user_ids.includes(place.user)) return null;
  const label = spec.accessibility_label ?? spec.text.text;
  const properties = { ...common(context), type: "button", class: "quiet icon", "aria-label": label, title: spec.text.text };
  return h("button", { ...properties, onclick: (event) => press(context, null, event.currentTarget) }, ICONS[spec.icon] ?? "•");
}

const ICONS = { trash: "🗑" };

function feedback(context) {
  const { spec, key, place } = context;
  const given = standing(context, null);
  const one = (made, sign) =>
    h("button", {
      type: "button",
      class: "quiet icon",
      "aria-label": made.accessibility_label ?? made.text.text,
      title: made.text.text,
      "aria-pressed": String(given === made.value),
      dataset: { key: `${place.id}/${key.join("/")}/${made.value}` },
      onclick: async (event) => {
        const node = event.currentTarget;
        for (const each of node.parentElement.children) each.setAttribute("aria-pressed", String(each === node));
        await chosen(context, made.value, node);
      },
    }, sign);
  return h("span", { class: "feedback", role: "group" }, one(spec.positive_button, "👍"), one(spec.negative_button, "👎"));
}

function overflow(context) {
  return overflowMenu(context.spec, common(context), (value, node) => press(context, value, node));
}

function select(context) {
  const { spec } = context;
  const current = standing(context, spec.initial_option?.value ?? spec.initial_user ?? "");
  const option = (value, label) => h("option", { value, selected: value === current }, label);
  const offered = (options) => options.map((each) => option(each.value, each.text.text));
  const people = spec.type === "users_select" ? users.map((user) => option(user.id, user.name)) : [];
  const groups = (spec.option_groups ?? []).map((group) =>
    h("optgroup", { label: group.label.text }, ...offered(group.options)),
  );
  return h(
    "select",
    {
      ...common(context),
      onchange: (event) => chosen(context, event.target.value || null, event.target),
      onkeydown: context.tells ? openByKey : undefined,
    },
    option("", spec.placeholder?.text ?? "Choose…"),
    ...people,
    ...offered(spec.options ?? []),
    ...groups,
  );
}

// In some browsers an arrow key changes a closed menu at once, and the app would hear of every option on the way. As in Slack,
// keys open the menu, and Enter chooses.
function openByKey(event) {
  const moves = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp", "Enter", " "].includes(event.key);
  if (!moves && (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey)) return;
  event.preventDefault();
  event.target.showPicker();
}

function date(context) {
  return h("input", {
    ...common(context),
    type: "date",
    value: standing(context, context.spec.initial_date ?? ""),
    onchange: (event) => chosen(context, event.target.value || null, event.target),
  });
}

function time(context) {
  return h("input", {
    ...common(context),
    type: "time",
    value: standing(context, context.spec.initial_time ?? ""),
    onchange: (event) => chosen(context, event.target.value || null, event.target),
  });
}

function line(context) {
  const { spec, place, key, tells } = context;
  const properties = {
    ...common(context),
    placeholder: spec.placeholder?.text,
    maxlength: spec.max_length,
    value: standing(context, spec.initial_value ?? ""),
    oninput: (event) => place.remember(...key, event.target.value),
  };
  if (spec.multiline) return h("textarea", { ...properties, rows: 4 });
  const entered = (event) => {
    if (event.key !== "Enter" || !tells) return;
    event.preventDefault();
    chosen(context, event.target.value, event.target);
  };
  const inputmode = spec.type === "number_input" ? "decimal" : undefined;
  return h("input", { ...properties, type: "text", inputmode, onkeydown: entered });
}

function radios(context) {
  const { spec, place, key } = context;
  const current = standing(context, spec.initial_option?.value);
  const name = `${place.id}-${key.join("-")}`;
  const radio = (each) =>
    choice({ type: "radio", name, checked: each.value === current }, each, (event) => chosen(context, each.value, event.target));
  return h("div", { class: "choices", role: "radiogroup" }, ...spec.options.map(radio));
}

function boxes(context) {
  const { spec } = context;
  const options = spec.options ?? spec.option_groups.flatMap((group) => group.options);
  const ticked = new Set(standing(context, (spec.initial_options ?? []).map((each) => each.value)));
  const box = (each) =>
    choice({ type: "checkbox", checked: ticked.has(each.value) }, each, (event) => {
      if (event.target.checked) ticked.add(each.value);
      else ticked.delete(each.value);
      const values = options.map((option) => option.value).filter((value) => ticked.has(value));
      return chosen(context, values, event.target);
    });
  return h("div", { class: "choices" }, ...options.map(box));
}

function choice(properties, option, onchange) {
  const label = option.text.type === "mrkdwn" ? mrkdwn(option.text.text) : plain(option.text.text);
  const description = option.description && h("small", {}, plain(option.description.text));
  return h(
    "label",
    { class: "choice" },
    h("input", { ...properties, value: option.value, onchange }),
    h("span", {}, label, description),
  );
}
