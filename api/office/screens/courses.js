// Instruments, courses, who teaches them, and their plans.
import { all, get, patch, post, put, remove } from "../api.js";
import { actions, div, li, p, rows, title } from "../dom.js";
import { form } from "../forms.js";
import { money, number } from "../format.js";
import { act, ask, button, done, listing, nameOf, named, section, table } from "../parts.js";

/** @type {Field} */
const NAME = { name: "name", label: "Name", required: true };

export const courses = listing({
  title: "Courses",
  needs: ["createCourse"],
  nav: "School",
  path: "/v1/courses",
  query: () => ({ limit: 200 }),
  also: async () => (await get("/v1/instruments", { query: { limit: 200 } })).items,
  above: (instruments, place) => section("Instruments", actions(instruments.map((i) => button(i.name, () => editInstrument(i, place))), button("New instrument", () => editInstrument(null, place)),
    button("New course", () => editCourse(null, instruments, place), { class: "main", disabled: !instruments.length }))),
  opens: true,
  empty: "No course yet. It begins with its instrument.",
  columns: () => [["Course", (c) => c.name], ["Instrument", (c) => c.instrument.name], ["About", (c) => c.description, "wide"]],
  beside: course,
});

/** @param {string} id @param {Place} place */
async function course(id, place) {
  const path = { courseId: id };
  const [c, teachers, plans, people, instruments] = await Promise.all([
    get("/v1/courses/{courseId}", { path }), get("/v1/courses/{courseId}/teachers", { path }),
    get("/v1/course-plans", { query: { courseId: [id], limit: 200 } }), all("/v1/users", { role: ["teacher"], status: ["active"] }), all("/v1/instruments"),
  ]);
  const others = people.filter((p) => !teachers.items.some((t) => t.id === p.id));
  const teaching = (/** @type {string} */ teacherId) => ({ path: { courseId: id, teacherId } });
  return div(title(c.name), c.description && p(c.description),
    actions(button("Change", () => editCourse(c, instruments, place))),
    section("Plans", [table({
      label: "Plans", items: plans.items, empty: "No plan: nobody can be admitted yet.",
      columns: [
        ["Plan", (p) => button(p.name, () => editPlan(p, id, place))], ["Classes", (p) => number(p.totalClasses), "number"],
        ["A week", (p) => number(p.classesPerWeek), "number"], ["Price", (p) => money(p.price), "number"],
      ],
    }), button("New plan", () => editPlan(null, id, place))]),
    section("Teachers", [
      rows(teachers.items.map((t) => li(nameOf(t), act(place, "Take off", () => remove("/v1/courses/{courseId}/teachers/{teacherId}", teaching(t.id)), { name: `Take ${nameOf(t)} off` })))),
      others.length > 0 && form({
        action: "Add the teacher",
        fields: [{ name: "teacherId", label: "Teacher", type: "select", required: true, options: named(others) }],
        submit: async ({ teacherId }) => {
          await put("/v1/courses/{courseId}/teachers/{teacherId}", teaching(teacherId));
          done();
          await place.refresh();
        },
      })]));
}

/** @param {Schemas["Instrument"] | null} i @param {Place} place */
function editInstrument(i, place) {
  const path = { instrumentId: i?.id ?? "" };
  ask(place, i ? i.name : "New instrument", {
    fields: [NAME],
    submit: (v, version) => (i ? patch("/v1/instruments/{instrumentId}", { path, body: v, version }) : post("/v1/instruments", { body: { name: v.name } })),
    ...(i && { value: i, current: () => get("/v1/instruments/{instrumentId}", { path }), drop: () => remove("/v1/instruments/{instrumentId}", { path }) }),
  });
}

/** @param {Schemas["Course"] | null} c @param {Schemas["Instrument"][]} instruments @param {Place} place */
function editCourse(c, instruments, place) {
  const path = { courseId: c?.id ?? "" };
  ask(place, c ? c.name : "New course", {
    fields: [{ name: "instrumentId", label: "Instrument", type: "select", required: true, options: named(instruments) }, NAME, { name: "description", label: "About", type: "textarea" }],
    submit: (v, version) => (c ? patch("/v1/courses/{courseId}", { path, body: v, version }) : post("/v1/courses", { body: { instrumentId: v.instrumentId, name: v.name, description: v.description } })),
    ...(c && { value: c, current: () => get("/v1/courses/{courseId}", { path }), drop: () => remove("/v1/courses/{courseId}", { path }) }),
  });
}

/** @param {Schemas["CoursePlan"] | null} p @param {string} courseId @param {Place} place */
function editPlan(p, courseId, place) {
  const path = { coursePlanId: p?.id ?? "" };
  ask(place, p ? p.name : "New plan", {
    fields: [
      NAME, { name: "totalClasses", label: "Classes in all", type: "number", required: true, min: 1, max: 500 },
      { name: "classesPerWeek", label: "Classes a week", type: "number", required: true, min: 1, max: 14 }, { name: "price", label: "Price", type: "number", min: 0, step: "any" },
    ],
    submit: (v, version) => (p ? patch("/v1/course-plans/{coursePlanId}", { path, body: v, version })
      : post("/v1/course-plans", { body: { courseId, name: v.name, totalClasses: v.totalClasses, classesPerWeek: v.classesPerWeek, price: v.price } })),
    ...(p && { value: p, current: () => get("/v1/course-plans/{coursePlanId}", { path }), drop: () => remove("/v1/course-plans/{coursePlanId}", { path }) }),
  });
}
