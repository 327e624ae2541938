// What the school offers and when: instruments, courses, plans, opening days, weekly classes, closures.
import { act, actions, all, button, day, div, edit, figure, form, get, heading, listed, listing, money, named, nameOf, number, p, put, remove, rows, saving, screen, section, slotName, teachers, title, today, weekdayName } from "../kit.js";
import { changesOf, previewed } from "./effects.js";

/** @type {Field} */
const NAME = ["name", "Name*"];

export const courses = listing({
  title: "Courses", needs: ["createCourse"], nav: "School",
  path: "/courses",
  query: () => ({ limit: 200 }),
  also: async () => (await get("/instruments", { limit: 200 })).items,
  above: (instruments) => section("Instruments", actions(instruments.map((i) => button(i.name, () => editInstrument(i))), button("New instrument", editInstrument),
    button("New course", () => editCourse(instruments), { class: "main", disabled: !instruments.length }))),
  opens: true,
  empty: "No course yet. It begins with its instrument.",
  columns: [["Course", (c) => c.name], ["Instrument", (c) => c.instrument.name], ["About", (c) => c.description, "wide"]],
  beside: course,
});

/** @param {string} id */
async function course(id) {
  const [c, teaching, plans, people, instruments] = await Promise.all([
    get(`/courses/${id}`), get(`/courses/${id}/teachers`),
    get("/course-plans", { courseId: [id], limit: 200 }), teachers(), all("/instruments"),
  ]);
  const others = people.filter((p) => !teaching.items.some((t) => t.id === p.id));
  return div(title(c.name, c), c.description && p(c.description),
    actions(button("Change", () => editCourse(instruments, c))),
    listed("Plans", plans.items, "No plan: nobody can be admitted yet.", [
      ["Plan", (p) => button(p.name, () => editPlan(id, p))], figure("Classes", (p) => p.totalClasses), figure("A week", (p) => p.classesPerWeek), figure("Price", (p) => p.price, money),
    ]),
    actions(button("New plan", () => editPlan(id))),
    section("Teachers", [
      rows(teaching.items, (t) => [nameOf(t), act("Take off", () => remove(`/courses/${id}/teachers/${t.id}`), { name: `Take ${nameOf(t)} off` })]),
      others.length > 0 && form({
        action: "Add the teacher",
        fields: [["teacherId", "Teacher*", named(others)]],
        submit: saving(({ teacherId }) => put(`/courses/${id}/teachers/${String(teacherId)}`)),
      })]));
}

/** @param {Instrument} [i] */
const editInstrument = (i) => edit("/instruments", i, i?.name ?? "New instrument", [NAME]);

/** @param {Instrument[]} instruments @param {Course} [c] */
const editCourse = (instruments, c) => edit("/courses", c, c?.name ?? "New course", [["instrumentId", "Instrument*", named(instruments)], NAME, ["description", "About", "textarea"]]);

/** @param {string} courseId @param {CoursePlan} [p] */
const editPlan = (courseId, p) => edit("/course-plans", p, p?.name ?? "New plan", [
  NAME, ["totalClasses", "Classes in all*", "number", { min: 1, max: 500 }], ["classesPerWeek", "Classes a week*", "number", { min: 1, max: 14 }], ["price", "Price", "number", { min: 0, step: "any" }],
], { courseId });

export const timetable = screen({
  title: "Timetable", needs: ["createClassroomSlot"], nav: "School",
  load: async () => {
    const [classes, slots, week] = await Promise.all([
      get("/classroom-slots", { limit: 200 }), all("/time-slots"), get("/operating-days"),
    ]);
    return { classes: classes.items, slots, days: week.items };
  },
  view: ({ classes, slots, days }) => div(heading("Timetable", button("New class", () => editClass(slots), { class: "main", disabled: !slots.length })),
    section("Open on", actions(days.map((d) =>
      act(weekdayName(d.weekday), () => put("/operating-days", { days: [{ weekday: d.weekday, isOpen: !d.isOpen }] }), { pressed: d.isOpen, ...(d.isOpen && { sure: `No new class on ${weekdayName(d.weekday)}; trials booked on it are cancelled.` }) })))),
    section("Times of the week", actions(slots.map((s) => button(slotName(s) + (s.isActive ? "" : " (not used)"), () => editSlot(s))), button("New time", editSlot))),
    listed("Weekly classes", classes, slots.length ? "No class yet: New class." : "Begin with the times of the week.", [
      ["Time", (c) => button(slotName(c), () => editClass(slots, c)), "narrow"], ["Course", (c) => c.course.name], ["Teacher", (c) => nameOf(c.teacher)], figure("Seats", (c) => c.capacity),
    ])),
});

/** @param {TimeSlot} [slot] */
const editSlot = (slot) => edit("/time-slots", slot, slot ? slotName(slot) : "New time", [
  ["weekday", "Weekday*", [1, 2, 3, 4, 5, 6, 7].map((n) => [String(n), weekdayName(n)])], ["startTime", "From*", "time"], ["endTime", "To*", "time"], ["isActive", "In use", "check"],
], { isActive: true }, (v) => ({ ...v, ...(v.weekday && { weekday: Number(v.weekday) }) }));

/** @param {TimeSlot[]} slots @param {ClassroomSlot} [c] */
async function editClass(slots, c) {
  const [courses, people] = await Promise.all([all("/courses"), teachers()]);
  edit("/classroom-slots", c, c ? `${c.course.name}, ${slotName(c)}` : "New class", [
    ["timeSlotId", "Time*", slots.map((s) => [s.id, slotName(s)])], ["courseId", "Course*", named(courses)],
    ["teacherId", "Teacher*", named(people), { hint: "Who teaches the course." }], ["capacity", "Seats*", "number", { min: 1 }],
  ]);
}

export const closures = listing({
  title: "Closures", needs: ["createClosure"], nav: "School",
  path: "/closures",
  query: () => ({ sort: /** @type {const} */ ("-startDate") }),
  head: () => button("Close the school", declare, { class: "main" }),
  empty: "No closure: classes are held on all opening days.",
  columns: [
    ["From", (c) => day(c.startDate), "narrow"],
    ["To", (c) => day(c.endDate), "narrow"],
    ["Why", (c) => c.reason],
    ["", (c) => c.endDate >= today() && act("Open again", () => remove(`/closures/${c.id}`), { sure: "What was cancelled stays cancelled; new classes can be held on these days again." }), "narrow"],
  ],
});

const declare = () => previewed("Close the school", "/closures", [
  ["startDate", "First day*", "date", { min: today() }], ["endDate", "Last day*", "date", { min: today() }], ["reason", "Why*"],
], ({ counts, cancelled, added }) => ["Close on these days",
  p(`Cancels ${number(counts.classes)} classes of ${number(counts.students)} students and adds as many at the end of their plans. It tells the students, the teachers and the owners.`),
  changesOf(cancelled, added)]);
