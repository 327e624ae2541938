// The bell: one's notices, live, read one by one or all.
import { get, post } from "../api.js";
import { h } from "../dom.js";
import { when } from "../format.js";
import { changes } from "../live.js";
import { button, chip, heading, link } from "../parts.js";
import { to, withQuery } from "../router.js";
import { may, me } from "../session.js";
import { pager } from "./pager.js";

/** @typedef {import("../types").Schemas["Notification"]} Notification */

/** Where what a notice speaks of is seen. @param {Notification} n */
function target(n) {
  const student = me().role === "student";
  const places = /** @type {Record<string, string>} */ ({
    lead: to("leads", { open: n.entityId }),
    admission: student ? to("mine") : to("admissions", { open: n.entityId }),
    reschedule_request: student ? to("asked") : to("requests", { status: n.type === "reschedule.requested" ? null : n.type.split(".")[1] }),
    access_request: to("people", { view: "requests" }),
    waitlist_entry: student ? to("asked") : to("waiting"),
    trial: to("trials"),
    closure: student ? to("mine") : may("createClosure") ? to("closures") : to("week"),
    classroom_slot: student ? to("mine") : to("week"),
  });
  return places[n.entityType] ?? to("bell");
}

/** @param {import("../types").Place} place */
const query = (place) => ({ limit: 50, ...(place.query.get("unread") && { unread: true }) });

/** @type {import("../types").Screen<import("../types").Schemas["NotificationPage"]>} */
export const bell = {
  title: "Notices",
  needs: ["listNotifications"],
  load: (place) => get("/v1/notifications", { query: query(place), signal: place.signal }),
  view: (page, place) => h("div", null,
    heading("Notices",
      link(withQuery({ unread: place.query.get("unread") ? null : 1 }), place.query.get("unread") ? "All" : "Unread only", "button"),
      button("Read all", async () => {
        await post("/v1/notifications/read-all");
        changes.dispatchEvent(new Event("notification"));
        await place.refresh();
      })),
    pager(page, (cursor) => get("/v1/notifications", { query: { ...query(place), cursor } }), (items) => items.length
      ? h("ul", { class: "rows notices" }, items.map((n) => h("li", { class: n.readAt ? null : "unread" },
        h("span", null, h("a", { href: target(n), onclick: () => void read(n) }, n.title), !n.readAt && [" ", chip("new", "wait")], h("br"), n.body),
        h("small", null, when(n.createdAt)))))
      : h("p", { class: "empty" }, "Nothing to read."))),
};

/** @param {Notification} n */
async function read(n) {
  if (n.readAt) return;
  await post("/v1/notifications/{notificationId}/read", { path: { notificationId: n.id } });
  changes.dispatchEvent(new Event("notification"));
}

