// Behind the scenes: the e-mails that this person got.

import { byId, h, nothing } from "./dom.js";
import { short } from "./when.js";

export function drawMails(mails, user) {
  const list = mails.length
    ? h("ol", { class: "mails" }, ...mails.map((each) => mail(each, user)))
    : nothing("No e-mails", "Whoever turns on copies under My settings gets the next brief by e-mail, too.");
  byId("panel-mails").replaceChildren(list);
}

function mail(each, user) {
  const address = `/_sandbox/mail/${each.id}?user=${encodeURIComponent(user)}`;
  return h(
    "li",
    { class: "mail" },
    h("div", { class: "entry-head" }, h("strong", {}, each.subject), h("time", {}, short(each.at))),
    h("p", {}, `From ${each.sender} to ${each.to}`),
    h("p", {}, h("a", { href: address, target: "_blank", rel: "noopener" }, "Open as HTML")),
    h("details", {}, h("summary", {}, "Plain text"), h("pre", { tabindex: "0" }, each.text)),
  );
}
