// A student's own: what is next, what is left, one class moved, an absence announced.
import { get, post, remove } from "../api.js";
import { h } from "../dom.js";
import { day, longDay, money, nearDay, number, times, today, when } from "../format.js";
import { button, chip, confirmed, dialog, facts, heading, nameOf, section, slotName, state, table, toast } from "../parts.js";
import { decide } from "./requests.js";

/** @typedef {import("../types").Schemas["Attendance"]} Attendance */
/** @typedef {import("../types").Place} Place */

/** @type {import("../types").Screen<{ classes: Attendance[], admissions: import("../types").Schemas["Admission"][] }>} */
export const mine = {
  title: "My classes",
  needs: ["withdrawRescheduleRequest"],
  nav: { label: "My classes", key: "m", section: "Work" },
  load: async (place) => {
    const [classes, admissions] = await Promise.all([
      get("/v1/me/attendance", { query: { from: today(), limit: 60 }, signal: place.signal }),
      get("/v1/admissions", { query: { limit: 20 }, signal: place.signal }),
    ]);
    return { classes: classes.items, admissions: admissions.items };
  },
  view: ({ classes, admissions }, place) => {
    const coming = classes.filter((a) => a.status === "scheduled");
    const [next] = coming;
    return h("div", null,
      heading("My classes", button("Calendar address", calendar)),
      next ? section("Next", facts([["When", `${longDay(next.classDate)}, ${times(next.startTime, next.endTime)}`], ["Course", next.course.name], ["Teacher", nameOf(next.teacher)]]))
        : h("p", { class: "empty" }, "No class is planned. The school’s office knows more."),
      section("What is left", h("ul", { class: "rows" }, admissions.filter((a) => a.status === "active" || a.status === "blocked").map((a) => h("li", null,
        h("span", null, h("b", null, a.course.name), " ", a.slots.map(slotName).join(", ")),
        h("span", null, `${number(a.remaining)} of ${number(a.attendance.total)} classes`, a.moves.allowed !== null && `, ${a.moves.used} of ${a.moves.allowed} moves used`, " ", a.payment && state(a.payment.status), " ", a.price !== null && money(a.price)))))),
      section("Coming", classes.length ? h("ul", { class: "rows" }, classes.map((a) => h("li", null,
        h("span", null, h("b", null, nearDay(a.classDate)), `, ${times(a.startTime, a.endTime)}`, h("br"), `${a.course.name}, ${nameOf(a.teacher)} `,
          a.originalClassDate && chip(`moved from ${day(a.originalClassDate)}`), a.status !== "scheduled" && state(a.status), a.absenceAnnouncedAt && chip("absence announced", "wait")),
        a.status === "scheduled" && actions(a, place)))) : h("p", { class: "empty" }, "None.")));
  },
};

/** @param {Attendance} a @param {Place} place */
function actions(a, place) {
  const path = { attendanceId: a.id };
  return h("div", { class: "actions" },
    button("Move", () => moveOne(a, place), { "aria-label": `Move the class of ${day(a.classDate)}` }),
    a.absenceAnnouncedAt
      ? button("I come after all", () => remove("/v1/attendance/{attendanceId}/absence", { path }).then(place.refresh))
      : button("I cannot come", async () => {
        await post("/v1/attendance/{attendanceId}/absence", { path, body: {} });
        await place.refresh();
        toast(`The school knows that you cannot come on ${day(a.classDate)}. The class counts unless it is moved.`, () => remove("/v1/attendance/{attendanceId}/absence", { path }).then(place.refresh));
      }, { "aria-label": `I cannot come on ${day(a.classDate)}` }));
}

/** The dates that would pass, one click each. @param {Attendance} a @param {Place} place */
export async function moveOne(a, place) {
  const { items } = await get("/v1/attendance/{attendanceId}/reschedule-options", { path: { attendanceId: a.id } });
  dialog(`Move ${a.course.name}, ${day(a.classDate)}`, (close) => items.length
    ? [h("p", null, "The school decides. These dates would pass now:"), h("ul", { class: "rows" }, items.slice(0, 30).map((o) => h("li", null,
      h("span", null, `${day(o.date)}, ${times(o.startTime, o.endTime)}`),
      button(`Ask for it (${o.free} free)`, async () => {
        await post("/v1/reschedule-requests", { body: { attendanceId: a.id, classroomSlotId: o.classroomSlotId, classDate: o.date } });
        close();
        toast("Asked. You will be told of the decision.");
        await place.refresh();
      }, { "aria-label": `Ask for ${day(o.date)}, ${times(o.startTime, o.endTime)}` }))))]
    : h("p", { class: "empty" }, "No other date would pass now. The office may know a way."));
}

async function calendar() {
  const yes = await confirmed("Calendar address", h("p", null, "A new address shows your classes in a calendar program. Whoever has it sees them; an earlier one ends."), "Make the address");
  if (!yes) return;
  const { url } = await post("/v1/me/calendar");
  dialog("Calendar address", () => [h("input", { readonly: true, value: url, "aria-label": "Address", onfocus: (/** @type {FocusEvent} */ e) => e.target instanceof HTMLInputElement && e.target.select() }),
    button("End it", async () => { await remove("/v1/me/calendar"); toast("The address shows nothing any more."); })]);
}

/** @type {import("../types").Screen<{ requests: import("../types").Schemas["RescheduleRequest"][], waiting: import("../types").Schemas["WaitlistEntry"][] }>} */
export const asked = {
  title: "What I asked for",
  needs: ["withdrawRescheduleRequest"],
  nav: { label: "What I asked for", key: "a", section: "Work" },
  load: async (place) => {
    const [requests, waiting] = await Promise.all([
      get("/v1/reschedule-requests", { query: { limit: 50, sort: "-createdAt" }, signal: place.signal }),
      get("/v1/waitlist", { query: { limit: 50 }, signal: place.signal }),
    ]);
    return { requests: requests.items, waiting: waiting.items };
  },
  view: ({ requests, waiting }, place) => h("div", null,
    heading("What I asked for"),
    section("Classes to move", table({
      label: "Requests", items: requests, empty: "Nothing asked for. “Move” beside a class asks.",
      columns: [
        { label: "Course", cell: (r) => r.course.name },
        { label: "From", cell: (r) => day(r.sourceClassDate), kind: "narrow" },
        { label: "To", cell: (r) => `${day(r.classDate)}, ${times(r.startTime, r.endTime)}`, kind: "narrow" },
        { label: "State", cell: (r) => [state(r.status), r.decisionReason && ` ${r.decisionReason}`] },
        { label: "", cell: (r) => r.status === "pending" && decide(r, place) },
      ],
    })),
    section("Waiting list", table({
      label: "Waiting list", items: waiting, empty: "Not waiting for a seat.",
      columns: [
        { label: "Course", cell: (w) => w.course.name },
        { label: "State", cell: (w) => state(w.status) },
        { label: "Place", cell: (w) => w.position, kind: "number" },
        { label: "Expected", cell: (w) => (w.offer ? `offered until ${when(w.offer.expiresAt)}` : day(w.expectedOn)) },
      ],
    }))),
};

