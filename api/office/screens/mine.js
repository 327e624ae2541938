// A student's own: what is next, what is left, one class moved, an absence announced.
import { get, post, remove } from "../api.js";
import { actions, br, div, empty, h, li, p, rows, span } from "../dom.js";
import { day, longDay, money, nearDay, number, times, today, when } from "../format.js";
import { act, button, chip, copied, dialog, facts, heading, nameOf, section, slotName, state, table } from "../parts.js";
import { decide } from "./requests.js";

/** @type {Page<{ classes: Schemas["Attendance"][], admissions: Schemas["Admission"][] }>} */
export const mine = {
  title: "My classes",
  needs: ["withdrawRescheduleRequest"],
  nav: "Work",
  load: async () => {
    const [classes, admissions] = await Promise.all([
      get("/v1/me/attendance", { query: { from: today(), limit: 60 } }),
      get("/v1/admissions", { query: { limit: 20 } }),
    ]);
    return { classes: classes.items, admissions: admissions.items };
  },
  view: ({ classes, admissions }, place) => {
    const coming = classes.filter((a) => a.status === "scheduled");
    const [next] = coming;
    return div(heading("My classes", calendar(place)),
      next ? section("Next", facts([["When", `${longDay(next.classDate)}, ${times(next.startTime, next.endTime)}`], ["Course", next.course.name], ["Teacher", nameOf(next.teacher)]]))
        : empty("No class is planned. The school’s office knows more."),
      section("What is left", rows(admissions.filter((a) => a.status === "active" || a.status === "blocked").map((a) => li(span(h("b", null, a.course.name), " ", a.slots.map(slotName).join(", ")),
        span(`${number(a.remaining)} of ${number(a.attendance.total)} classes`, a.moves.allowed !== null && `, ${a.moves.used} of ${a.moves.allowed} moves used`, " ", a.payment && state(a.payment.status), " ", a.price !== null && money(a.price)))))),
      section("Coming", classes.length ? rows(classes.map((a) => li(span(h("b", null, nearDay(a.classDate)), `, ${times(a.startTime, a.endTime)}`, br(), `${a.course.name}, ${nameOf(a.teacher)} `,
          a.originalClassDate && chip(`moved from ${day(a.originalClassDate)}`), a.status !== "scheduled" && state(a.status), a.absenceAnnouncedAt && chip("absence announced", "wait")),
        a.status === "scheduled" && choices(a, place)))) : empty("None.")));
  },
};

/** @param {Schemas["Attendance"]} a @param {Place} place */
function choices(a, place) {
  const path = { attendanceId: a.id };
  const withdraw = () => remove("/v1/attendance/{attendanceId}/absence", { path });
  return actions(button("Move", () => moveOne(a, place), { "aria-label": `Move the class of ${day(a.classDate)}` }),
    a.absenceAnnouncedAt ? act(place, "I come after all", withdraw)
      : act(place, "I cannot come", () => post("/v1/attendance/{attendanceId}/absence", { path, body: {} }), {
        name: `I cannot come on ${day(a.classDate)}`, said: `The school knows that you cannot come on ${day(a.classDate)}. The class counts unless it is moved.`, undo: withdraw,
      }));
}

/** The dates that would pass, one click each. @param {Schemas["Attendance"]} a @param {Place} place */
export async function moveOne(a, place) {
  const { items } = await get("/v1/attendance/{attendanceId}/reschedule-options", { path: { attendanceId: a.id } });
  dialog(`Move ${a.course.name}, ${day(a.classDate)}`, (close) => items.length
    ? [p("The school decides. These dates would pass now:"), rows(items.slice(0, 30).map((o) => li(`${day(o.date)}, ${times(o.startTime, o.endTime)}`,
      act(place, `Ask for it (${o.free} free)`, async () => {
        await post("/v1/reschedule-requests", { body: { attendanceId: a.id, classroomSlotId: o.classroomSlotId, classDate: o.date } });
        close();
      }, { name: `Ask for ${day(o.date)}, ${times(o.startTime, o.endTime)}`, said: "Asked. You will be told of the decision." }))))]
    : empty("No other date would pass now. The office may know a way."));
}

/** @param {Place} place */
const calendar = (place) => act(place, "Calendar address", async () => {
  const { url } = await post("/v1/me/calendar");
  copied("Calendar address", "It shows your classes in a calendar program, to whoever has it.", url ?? "", act(place, "End it", () => remove("/v1/me/calendar"), { said: "The address shows nothing any more." }));
}, { sure: "A new address ends an earlier one." });

/** @type {Page<{ requests: Schemas["RescheduleRequest"][], waiting: Schemas["WaitlistEntry"][] }>} */
export const asked = {
  title: "What I asked for",
  needs: ["withdrawRescheduleRequest"],
  nav: "Work",
  load: async () => {
    const [requests, waiting] = await Promise.all([
      get("/v1/reschedule-requests", { query: { limit: 50, sort: "-createdAt" } }),
      get("/v1/waitlist", { query: { limit: 50 } }),
    ]);
    return { requests: requests.items, waiting: waiting.items };
  },
  view: ({ requests, waiting }, place) => div(heading("What I asked for"),
    section("Classes to move", table({
      label: "Requests", items: requests, empty: "Nothing asked for. “Move” beside a class asks.",
      columns: [
        ["Course", (r) => r.course.name],
        ["From", (r) => day(r.sourceClassDate), "narrow"],
        ["To", (r) => `${day(r.classDate)}, ${times(r.startTime, r.endTime)}`, "narrow"],
        ["State", (r) => [state(r.status), r.decisionReason && ` ${r.decisionReason}`]],
        ["", (r) => r.status === "pending" && decide(r, place)],
      ],
    })),
    section("Waiting list", table({
      label: "Waiting list", items: waiting, empty: "Not waiting for a seat.",
      columns: [
        ["Course", (w) => w.course.name],
        ["State", (w) => state(w.status)],
        ["Place", (w) => w.position, "number"],
        ["Expected", (w) => (w.offer ? `offered until ${when(w.offer.expiresAt)}` : day(w.expectedOn))],
      ],
    }))),
};

