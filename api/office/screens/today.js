// Today: how much waits, each number the way to its list, and the follow-ups themselves. An empty school
// is led from its settings to its first admission.
import { b, chip, div, get, h, heading, li, link, listed, longDay, may, me, number, screen, section, span, to, today as schoolDay } from "../kit.js";
import { leadColumns } from "./leads.js";

export const today = screen({
  title: "Today", needs: ["getMyWork"], nav: "Work",
  load: async () => {
    const [work, leads] = await Promise.all([
      get("/me/work"),
      get("/leads", { followUp: ["overdue", "today"], limit: 30 }),
    ]);
    const isQuiet = Object.values(work).every((n) => !n);
    return { work, leads: leads.items, steps: isQuiet && may("createCourse") ? await guide() : null };
  },
  view: ({ work, leads, steps }) => div(heading(longDay(schoolDay())),
    steps && beginning(steps),
    h("div", { class: "counts" }, counts(work).map(([count, label, address, warns]) => count !== null && h("a", { href: address, class: warns && count ? "warn" : null }, b(number(count)), span(label)))),
    listed("To follow up", leads, "Nobody is waiting for a call. Upcoming follow-ups are on the leads’ board.", leadColumns,
      (l) => to("leads", { view: "list", followUp: l.followUpDate < schoolDay() ? "overdue" : "today", open: l.id }))),
});

/** How many, of what, where they are, and whether that is bad. @param {MyWork} w @returns {[number | null, string, string, boolean?][]} */
const counts = (w) => [
  [w.overdue, "follow-ups overdue", to("leads", { view: "list", followUp: "overdue" }), true],
  [w.today, "due today", to("leads", { view: "list", followUp: "today" })],
  [w.upcoming, "coming", to("leads", { view: "list", followUp: "upcoming" })],
  [w.rescheduleRequests, "requests to decide", to("requests"), may("approveRescheduleRequest")],
  [w.seatsOffered, "seats offered", to("waiting", { status: "offered" }), true],
  [w.trialsToday, "trials today", to("trials", { date: schoolDay(), status: "booked" })],
  [w.unmarked, "classes unmarked", to(may("markAttendance") ? "register" : "week"), true],
  [w.unpaid, "unpaid", to("admissions", { status: "active", paymentStatus: "unpaid" })],
  [w.accessRequests, "access requests", to("people"), true],
];

/** What a school needs before its first admission, and whether this one has it. @returns {Promise<[string, string, string, boolean][] | null>} */
async function guide() {
  const limit = 1;
  const found = await Promise.all([
    get("/courses", { limit }), get("/course-plans", { limit }), get("/time-slots", { limit }),
    get("/users", { limit, role: ["teacher"] }), get("/classroom-slots", { limit }), get("/admissions", { limit }),
  ]);
  const [course = false, plan = false, slot = false, teacher = false, held = false, admission] = found.map(({ items }) => items.length > 0);
  return admission ? null : [
    ["Settings", "the school’s name, time zone and rules", "settings", me().school.name !== "My music school" || course],
    ["Courses", "instruments and what is taught on them", "courses", course],
    ["Plans", "how many classes, how often, at what price", "courses", plan],
    ["Times of the week", "opening days and time slots", "timetable", slot],
    ["Teachers", "the people, and which courses they teach", "people", teacher],
    ["Weekly classes", "a course, a time, a teacher and seats", "timetable", held],
    ["First admission", "a student in a class", "admit", false],
  ];
}

/** @param {[string, string, string, boolean][]} steps */
const beginning = (steps) => section("Welcome. Before the first admission:", h("ol", { class: "steps" }, steps.map(([label, more, screen, done]) =>
  li(done ? chip("done", "good") : chip("to do", "wait"), " ", link(to(screen), label), ` — ${more}`))));
