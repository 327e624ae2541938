// A student's own: what is next, what is left, one class moved, an absence announced.
import { act, actions, at, b, br, button, chip, copied, day, dialog, div, empty, facts, get, heading, listed, longDay, money, nameOf, nearDay, number, p, post, remove, rows, screen, section, slotName, span, state, times, today, when } from "../kit.js";
import { decide } from "./queues.js";

export const mine = screen({
  title: "My classes", needs: ["withdrawRescheduleRequest"], nav: "Work",
  load: async () => {
    const [classes, admissions] = await Promise.all([
      get("/me/attendance", { from: today(), limit: 60 }),
      get("/admissions", { limit: 20 }),
    ]);
    return { classes: classes.items, admissions: admissions.items };
  },
  view: ({ classes, admissions }) => {
    const next = classes.find((a) => a.status === "scheduled");
    return div(heading("My classes", calendar()),
      next ? section("Next", facts([["When", `${longDay(next.classDate)}, ${times(next)}`], ["Course", next.course.name], ["Teacher", nameOf(next.teacher)]]))
        : empty("No class is planned. The school’s office knows more."),
      section("What is left", rows(admissions.filter((a) => a.status === "active" || a.status === "blocked"), (a) => [span(b(a.course.name), " ", a.slots.map(slotName).join(", ")),
        span(`${number(a.remaining)} of ${number(a.attendance.total)} classes`, a.moves.allowed !== null && `, ${a.moves.used} of ${a.moves.allowed} moves used`, " ", a.payment && state(a.payment.status), " ", a.price !== null && money(a.price))])),
      section("Coming", rows(classes, (a) => [span(b(nearDay(a.classDate)), `, ${times(a)}`, br(), `${a.course.name}, ${nameOf(a.teacher)} `,
          a.originalClassDate && chip(`moved from ${day(a.originalClassDate)}`), a.status !== "scheduled" && state(a.status), a.absenceAnnouncedAt && chip("absence announced", "wait")),
        a.status === "scheduled" && choices(a)], "None.")));
  },
});

/** @param {Attendance} a */
function choices(a) {
  const withdraw = () => remove(`/attendance/${a.id}/absence`);
  return actions(button("Move", () => moveOne(a), { "aria-label": `Move the class of ${day(a.classDate)}` }),
    a.absenceAnnouncedAt ? act("I come after all", withdraw)
      : act("I cannot come", () => post(`/attendance/${a.id}/absence`, {}), {
        name: `I cannot come on ${day(a.classDate)}`, said: `The school knows that you cannot come on ${day(a.classDate)}. The class counts unless it is moved.`, undo: withdraw,
      }));
}

/** The dates that would pass, one click each. @param {Attendance} a */
export async function moveOne(a) {
  const { items } = await get(`/attendance/${a.id}/reschedule-options`);
  dialog(`Move ${a.course.name}, ${day(a.classDate)}`, (close) => items.length
    ? [p("The school decides. These dates would pass now:"), rows(items.slice(0, 30), (o) => [at(o.date, o),
      act(`Ask for it (${o.free} free)`, async () => {
        await post("/reschedule-requests", { attendanceId: a.id, classroomSlotId: o.classroomSlotId, classDate: o.date });
        close();
      }, { name: `Ask for it (${o.free} free): ${at(o.date, o)}`, said: "Asked. You will be told of the decision." })])]
    : empty("No other date would pass now. The office may know a way."));
}

const calendar = () => act("Calendar address", async () => {
  const { url } = await post("/me/calendar");
  copied("Calendar address", "It shows your classes in a calendar program, to whoever has it.", url, act("End it", () => remove("/me/calendar"), { said: "The address shows nothing any more." }));
}, { sure: "A new address ends an earlier one." });

export const asked = screen({
  title: "What I asked for", needs: ["withdrawRescheduleRequest"], nav: "Work",
  load: async () => {
    const [requests, waiting] = await Promise.all([
      get("/reschedule-requests", { limit: 50, sort: "-createdAt" }),
      get("/waitlist", { limit: 50 }),
    ]);
    return { requests: requests.items, waiting: waiting.items };
  },
  view: ({ requests, waiting }) => div(heading("What I asked for"),
    listed("Classes to move", requests, "Nothing asked for. “Move” beside a class asks.", [
      ["Course", (r) => r.course.name],
      ["From", (r) => day(r.sourceClassDate), "narrow"],
      ["To", (r) => at(r.classDate, r), "narrow"],
      ["State", (r) => [state(r.status), r.decisionReason && ` ${r.decisionReason}`]],
      ["", (r) => r.status === "pending" && decide(r)],
    ]),
    listed("Waiting list", waiting, "Not waiting for a seat.", [
      ["Course", (w) => w.course.name],
      ["State", (w) => state(w.status)],
      ["Place", (w) => w.position, "number"],
      ["Expected", (w) => (w.offer ? `offered until ${when(w.offer.expiresAt)}` : day(w.expectedOn))],
    ])),
});

