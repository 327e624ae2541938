// Today: how much waits, each number the way to its list, and the follow-ups themselves. An empty school
// is led from its settings to its first admission.
import { get } from "../api.js";
import { div, h, li, span } from "../dom.js";
import { longDay, number, today as schoolDay } from "../format.js";
import { chip, heading, link, section, table } from "../parts.js";
import { to } from "../router.js";
import { may, me } from "../session.js";
import { leadColumns } from "./leads.js";

/** @type {Page<{ work: Schemas["MyWork"], leads: Schemas["Lead"][], steps: Step[] | null }>} */
export const today = {
  title: "Today",
  needs: ["getMyWork"],
  nav: "Work",
  load: async () => {
    const [work, leads] = await Promise.all([
      get("/v1/me/work"),
      get("/v1/leads", { query: { followUp: ["overdue", "today"], limit: 30 } }),
    ]);
    const isQuiet = Object.values(work).every((n) => !n);
    return { work, leads: leads.items, steps: isQuiet && may("createCourse") ? await guide() : null };
  },
  view: ({ work, leads, steps }) => div(heading(longDay(schoolDay())),
    steps && beginning(steps),
    h("div", { class: "counts" }, counts(work).map(({ count, label, address, warns }) => h("a", { href: address, class: warns && count ? "warn" : null }, h("b", null, number(count)), span(label)))),
    section("To follow up", table({
      label: "To follow up",
      items: leads,
      address: (l) => to("leads", { view: "list", followUp: l.followUpDate < schoolDay() ? "overdue" : "today", open: l.id }),
      empty: "Nobody is waiting for a call. Upcoming follow-ups are on the leads’ board.",
      columns: leadColumns,
    }))),
};

/** @param {Schemas["MyWork"]} w */
function counts(w) {
  return [
    { count: w.overdue, label: "follow-ups overdue", address: to("leads", { view: "list", followUp: "overdue" }), warns: true },
    { count: w.today, label: "due today", address: to("leads", { view: "list", followUp: "today" }) },
    { count: w.upcoming, label: "coming", address: to("leads", { view: "list", followUp: "upcoming" }) },
    { count: w.rescheduleRequests, label: "requests to decide", address: to("requests"), warns: may("approveRescheduleRequest") },
    { count: w.seatsOffered, label: "seats offered", address: to("waiting", { status: "offered" }), warns: true },
    { count: w.trialsToday, label: "trials today", address: to("trials", { date: schoolDay(), status: "booked" }) },
    { count: w.unmarked, label: "classes unmarked", address: may("markAttendance") ? to("register") : to("week"), warns: true },
    { count: w.unpaid, label: "unpaid", address: to("admissions", { status: "active", paymentStatus: "unpaid" }) },
    { count: w.accessRequests, label: "access requests", address: to("people", { view: "requests" }), warns: true },
  ].filter((c) => c.count !== null);
}

/** @typedef {{ label: string, more: string, address: string, done: boolean }} Step */

/** What a school needs before its first admission, and how far this one is. @returns {Promise<Step[] | null>} */
async function guide() {
  const one = { limit: 1 };
  const [courses, plans, slots, teachers, classes, admissions] = await Promise.all([
    get("/v1/courses", { query: one }), get("/v1/course-plans", { query: one }), get("/v1/time-slots", { query: one }),
    get("/v1/users", { query: { ...one, role: ["teacher"] } }), get("/v1/classroom-slots", { query: one }), get("/v1/admissions", { query: one }),
  ]);
  if (admissions.items.length) return null;
  const any = (/** @type {{ items: unknown[] }} */ list) => list.items.length > 0;
  return [
    { label: "Settings", more: "the school’s name, time zone and rules", address: to("settings"), done: me().school.name !== "My music school" || any(courses) },
    { label: "Courses", more: "instruments and what is taught on them", address: to("courses"), done: any(courses) },
    { label: "Plans", more: "how many classes, how often, at what price", address: to("courses"), done: any(plans) },
    { label: "Times of the week", more: "opening days and time slots", address: to("timetable"), done: any(slots) },
    { label: "Teachers", more: "the people, and which courses they teach", address: to("people"), done: any(teachers) },
    { label: "Weekly classes", more: "a course, a time, a teacher and seats", address: to("timetable"), done: any(classes) },
    { label: "First admission", more: "a student in a class", address: to("admit"), done: false },
  ];
}

/** @param {Step[]} steps */
const beginning = (steps) => section("Welcome. Before the first admission:", h("ol", { class: "steps" }, steps.map((s) =>
  li(s.done ? chip("done", "good") : chip("to do", "wait"), " ", link(s.address, s.label), ` — ${s.more}`))));
