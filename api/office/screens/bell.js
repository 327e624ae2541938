// The bell: one's notices, live, read one by one or all.
import { get, post } from "../api.js";
import { br, div, empty, h, small, span } from "../dom.js";
import { when } from "../format.js";
import { changes } from "../live.js";
import { act, chip, heading, link, pager } from "../parts.js";
import { to, withQuery } from "../router.js";
import { may, me } from "../session.js";

/** Where what a notice speaks of is seen. @param {Schemas["Notification"]} n */
function target(n) {
  const student = me().role === "student";
  const places = /** @type {Record<string, string>} */ ({
    lead: to("leads", { open: n.entityId }),
    admission: student ? to("mine") : to("admissions", { open: n.entityId }),
    reschedule_request: student ? to("asked") : to("requests", { status: n.type === "reschedule.requested" ? null : n.type.split(".")[1] }),
    access_request: to("people"),
    waitlist_entry: student ? to("asked") : to("waiting"),
    trial: to("trials"),
    closure: to(student ? "mine" : may("createClosure") ? "closures" : "week"),
    classroom_slot: to(student ? "mine" : "week"),
  });
  return places[n.entityType] ?? to("bell");
}

const rung = () => changes.dispatchEvent(new Event("notification"));

/** @param {Schemas["Notification"]} n */
async function read(n) {
  if (n.readAt) return;
  await post("/v1/notifications/{notificationId}/read", { path: { notificationId: n.id } });
  rung();
}

/** @type {Page<Schemas["NotificationPage"]>} */
export const bell = {
  title: "Notices",
  needs: ["listNotifications"],
  load: (place) => page(place),
  view: (first, place) => div(heading("Notices",
      link(withQuery({ unread: place.query.get("unread") ? null : 1 }), place.query.get("unread") ? "All" : "Unread only", "button"),
      act(place, "Read all", () => post("/v1/notifications/read-all").then(rung))),
    pager(first, (cursor) => page(place, cursor), (items) => items.length
      ? h("ul", { class: "rows notices" }, items.map((n) => h("li", { class: n.readAt ? null : "unread" },
        span(h("a", { href: target(n), onclick: () => void read(n) }, n.title), !n.readAt && [" ", chip("new", "wait")], br(), n.body),
        small(when(n.createdAt)))))
      : empty("Nothing to read."))),
};

/** @param {Place} place @param {string} [cursor] */
const page = (place, cursor) => get("/v1/notifications", { query: { limit: 50, ...(place.query.get("unread") && { unread: true }), ...(cursor && { cursor }) } });
