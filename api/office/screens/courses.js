// Instruments, courses, who teaches them, and their plans.
import { act, actions, all, button, div, edit, figure, form, get, listed, listing, money, named, nameOf, p, put, remove, rows, saving, section, teachers, title } from "../kit.js";

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
  return div(title(c.name), c.description && p(c.description),
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
