// Confirmation dialogs that an element may require before it notifies the app.

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

// Resolves to true if no confirmation is needed or the person confirmed.
export function confirmed(spec) {
  if (!spec) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (value) => () => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const body = spec.text.type === "mrkdwn" ? mrkdwn(spec.text.text) : plain(spec.text.text);
    const yes = { type: "button", class: `button ${spec.style ?? "primary"}`, onclick: answer(true), autofocus: true };
    const dialog = h(
      "dialog",
      { class: "modal confirm", "aria-labelledby": "confirm-title" },
      h("h2", { id: "confirm-title" }, plain(spec.title.text)),
      h("div", { class: "modal-body" }, h("div", { class: "text" }, body)),
      h(
        "footer",
        {},
        h("button", { type: "button", class: "button", onclick: answer(false) }, plain(spec.deny.text)),
        h("button", yes, plain(spec.confirm.text)),
      ),
    );
    dialog.addEventListener("cancel", answer(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
