// The week's board: every class of seven days with who comes, live as seats change.
import { all, get, post } from "../api.js";
import { actions, div, empty, h, li, rows, span, title } from "../dom.js";
import { filters } from "../forms.js";
import { day, longDay, mondayOf, plus, times, today } from "../format.js";
import { ask, bar, button, chip, facts, given, heading, link, nameOf, named, section, state } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";

/** @typedef {Schemas["ClassroomClass"]} Class */

/** @param {Place} place */
const monday = (place) => mondayOf(place.query.get("from") ?? today());

/** A class on a date, as an address names it. @param {Class} c */
export const nameOfDate = (c) => `${c.date}.${c.classroomSlotId}`;

/** @type {Page<{ classes: Class[], courses: Schemas["Course"][] }>} */
export const week = {
  title: "Week",
  needs: ["listClassroom"],
  nav: "Classes",
  load: async (place) => {
    const from = monday(place);
    const [page, courses] = await Promise.all([
      get("/v1/classroom", { query: { from, to: plus(from, 6), limit: 200, ...given(place.query, "courseId") } }),
      all("/v1/courses"),
    ]);
    return { classes: page.items, courses };
  },
  view: ({ classes, courses }, place) => {
    const from = monday(place);
    const teacher = place.query.get("teacherId");
    const shown = classes.filter((c) => !teacher || c.teacher.id === teacher || c.substitute?.id === teacher);
    const teachers = new Map(classes.map((c) => [c.teacher.id, c.teacher.name ?? "?"]));
    const step = (/** @type {number} */ days) => link(withQuery({ from: plus(from, days), open: null }), days < 0 ? "← Week before" : "Week after →", "button");
    return div(heading(`${day(from)} to ${day(plus(from, 6))}`, step(-7), link(withQuery({ from: null, open: null }), "This week", "button"), step(7)),
      filters([
        { name: "courseId", label: "Course", type: "select", options: named(courses) },
        { name: "teacherId", label: "Teacher", type: "select", options: [...teachers] },
      ], place.query, (values) => go(withQuery({ ...values, open: null }), { replace: true })),
      h("div", { class: "week" }, [0, 1, 2, 3, 4, 5, 6].map((n) => column(plus(from, n), shown.filter((c) => c.date === plus(from, n))))));
  },
  beside: classOnDate,
};

/** @param {string} date @param {Class[]} classes */
function column(date, classes) {
  const closed = classes.length > 0 && classes.every((c) => c.isClosed);
  return h("section", { class: date === today() ? "lane now" : "lane", "aria-label": longDay(date) },
    h("header", null, h("h2", null, day(date)), closed && chip("closed", "bad")),
    classes.map((c) => h("article", { class: c.isClosed ? "opens off" : "opens" },
      h("a", { id: `row-${nameOfDate(c)}`, href: withQuery({ open: nameOfDate(c) }) }, `${times(c.startTime, c.endTime)} ${c.course.name}`),
      h("span", { class: "note" }, nameOf(c.substitute ?? c.teacher), c.substitute && [" ", chip("substitute", "wait")]),
      c.isClosed ? chip("closed", "bad") : bar(c.expected ?? 0, c.capacity, `${c.expected ?? 0} of ${c.capacity} places taken on this date, ${c.free} weekly seats free`),
      span(counted(c, "trial"), counted(c, "moved"), c.held > 0 && [chip(`${c.held} held`, "wait"), " "], c.waiting > 0 && [chip(`${c.waiting} waiting`), " "]))),
    !classes.length && h("p", { class: "empty note" }, "No class."));
}

/** @param {Class} c @param {"trial" | "moved"} kind */
function counted(c, kind) {
  const count = (c.students ?? []).filter((s) => s.kind === kind).length;
  return count > 0 && [chip(`${count} ${kind}`, "good"), " "];
}

/** Who comes to a class on a date. @param {string} id @param {Place} place */
export async function classOnDate(id, place) {
  const [date = "", slot] = id.split(".");
  const page = await get("/v1/classroom", { query: { from: date, to: date, limit: 200 } });
  const c = page.items.find((i) => i.classroomSlotId === slot);
  if (!c) return div(title("No class"), empty("This class is not held on that date."));
  return div(title(`${c.course.name}, ${longDay(date)}`),
    facts([
      ["Time", times(c.startTime, c.endTime)],
      ["Teacher", c.substitute ? [nameOf(c.substitute), " for ", nameOf(c.teacher)] : nameOf(c.teacher)],
      ["On this date", c.isClosed ? "closed" : bar(c.expected ?? 0, c.capacity, `${c.expected ?? 0} of ${c.capacity} places taken`)],
      ["Weekly seats", bar(c.occupied, c.capacity)],
      ["Held", c.held || null], ["Waiting", c.waiting > 0 ? link(to("waiting", { courseId: c.course.id }), String(c.waiting)) : null],
    ]),
    actions(may("createAdmission") && c.free > 0 && link(to("admit", { courseId: c.course.id, slots: c.timeSlotId, teacherId: c.teacher.id }), "Admit into it", "button"),
      may("markAttendance") && date <= today() && link(to("register", { date }), "Register", "button"),
      may("setSubstitute") && button(c.substitute ? "Other substitute" : "Substitute", () => substitute(c, place))),
    section("Who comes", (c.students ?? []).length
      ? rows((c.students ?? []).map((s) => li(s.admissionId && may("getAdmission") ? link(to("admissions", { open: s.admissionId }), s.name) : span(s.name),
        span(s.kind && s.kind !== "weekly" && [chip(s.kind, "good"), " "], s.absenceAnnouncedAt && [chip("announced absent", "wait"), " "], s.isBlocked && [chip("blocked", "bad"), " "], s.status && s.status !== "scheduled" && state(s.status)))))
      : empty("Nobody is expected.")));
}

/** @param {Class} c @param {Place} place */
async function substitute(c, place) {
  const date = c.date ?? "";
  const { items } = await get("/v1/courses/{courseId}/teachers", { path: { courseId: c.course.id } });
  const set = (/** @type {string | null} */ teacherId) => post("/v1/classroom-slots/{classroomSlotId}/substitute", { path: { classroomSlotId: c.classroomSlotId }, body: { date, teacherId } });
  ask(place, `Who teaches on ${day(date)}`, {
    action: "Set the substitute",
    value: { teacherId: c.substitute?.id },
    fields: [{ name: "teacherId", label: "Substitute", type: "select", options: named(items.filter((t) => t.id !== c.teacher.id)), hint: `Nobody: the class’s own teacher. The substitute, ${nameOf(c.teacher, "the teacher")} and the students of that date are told.` }],
    submit: ({ teacherId }) => set(teacherId),
  });
}
