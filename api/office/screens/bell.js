// The bell: one's notices, live, read one by one or all.
import { act, br, chip, div, empty, get, h, heading, may, me, pager, param, post, screen, small, span, spoken, to, way, when, withQuery } from "../kit.js";
import { changes } from "../live.js";

/** Where what a notice speaks of is seen. @param {Schemas["Notification"]} n */
function target(n) {
  const screens = /** @type {Record<string, string>} */ (me().role === "student"
    ? { admission: "mine", closure: "mine", classroom_slot: "mine", reschedule_request: "asked", waitlist_entry: "asked" }
    : { lead: "leads", admission: "admissions", reschedule_request: "requests", access_request: "people", waitlist_entry: "waiting", trial: "trials", closure: may("createClosure") ? "closures" : "week", classroom_slot: "week" });
  const screen = screens[n.entityType] ?? "bell";
  const [, status] = n.type.split(".");
  return to(screen, screen === "leads" || screen === "admissions" ? { open: n.entityId } : screen === "requests" && status !== "requested" ? { status } : {});
}

const rung = () => changes.dispatchEvent(new Event("notification"));

/** @param {Schemas["Notification"]} n */
async function read(n) {
  if (n.readAt) return;
  await post(`/notifications/${n.id}/read`);
  rung();
}

export const bell = screen({
  title: "Notices", needs: ["listNotifications"],
  load: () => page(),
  view: (first) => div(heading("Notices",
      way(withQuery({ unread: param("unread") ? null : 1 }), param("unread") ? "All" : "Unread only"),
      act("Read all", () => post("/notifications/read-all").then(rung))),
    pager(first, page, (items) => items.length
      ? h("ul", { class: "rows notices" }, items.map((n) => h("li", { class: n.readAt ? null : "unread" },
        span(h("a", { href: target(n), onclick: () => void read(n) }, spoken(n.title)), !n.readAt && [" ", chip("new", "wait")], br(), spoken(n.body)),
        small(when(n.createdAt)))))
      : empty("Nothing to read."))),
});

/** @param {string} [cursor] */
const page = (cursor) => get("/notifications", { limit: 50, ...(param("unread") && { unread: true }), ...(cursor && { cursor }) });
