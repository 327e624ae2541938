// An admission in the making: course, plan, times on the week's board; the preview follows each choice.
import { Refusal, all, get, post } from "../api.js";
import { actions, div, empty, h, li, p, small, span } from "../dom.js";
import { filters, form } from "../forms.js";
import { day, money, today, weekdayName, times } from "../format.js";
import { bar, button, heading, link, nameOf, section, slotName, toast } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { conflictsOf } from "./effects.js";

/** @typedef {{ plans: Schemas["CoursePlan"][], lead: Schemas["Lead"] | null, classes: Schemas["ClassroomClass"][], preview: Schemas["AdmissionPreview"] | Refusal | null }} Data */

/** What was typed of a new student; the address is not to hold it. @type {Record<string, any>} */
let person = {};

/** @param {Place} place */
const chosen = ({ query }) => ({
  courseId: query.get("courseId"), coursePlanId: query.get("coursePlanId"), startDate: query.get("startDate") ?? today(),
  slots: (query.get("slots") ?? "").split(",").filter(Boolean), teacherId: query.get("teacherId"), leadId: query.get("leadId"), studentId: query.get("studentId"),
});

/** @param {Place} place */
function body(place) {
  const c = chosen(place);
  return {
    courseId: c.courseId ?? "", coursePlanId: c.coursePlanId ?? "", startDate: c.startDate, timeSlotIds: c.slots,
    ...(c.teacherId && { teacherId: c.teacherId }),
    ...(c.leadId ? { leadId: c.leadId } : c.studentId ? { studentId: c.studentId } : { student: { name: person["name"] || "New student", email: person["email"] ?? null, phone: person["phone"] ?? null } }),
    ...(c.startDate < today() && may("blockAdmission") && { allowBackdated: true }),
  };
}

/** Staff admit from their leads, admins anybody. @param {{ leadId: string | null }} chosen */
const mayAdmit = ({ leadId }) => leadId !== null || may("blockAdmission");

/** @type {Page<Data>} */
export const admit = {
  title: "Admission",
  needs: ["createAdmission"],
  load: async (place) => {
    const c = chosen(place);
    const [plans, lead, classes] = await Promise.all([
      all("/v1/course-plans"),
      c.leadId ? get("/v1/leads/{leadId}", { path: { leadId: c.leadId } }) : null,
      c.courseId ? get("/v1/classroom", { query: { courseId: [c.courseId], limit: 200 } }) : { items: [] },
    ]);
    const plan = plans.find((p) => p.id === c.coursePlanId);
    const isWhole = plan !== undefined && c.slots.length === plan.classesPerWeek;
    const preview = isWhole && mayAdmit(c) ? await post("/v1/admissions/preview", { body: body(place) }).catch((error) => {
      if (error instanceof Refusal) return error;
      throw error;
    }) : null;
    return { plans, lead, classes: classes.items, preview };
  },
  view: (data, place) => {
    const c = chosen(place);
    const courses = new Map(data.plans.map((p) => [p.course.id, p.course.name]));
    const plans = data.plans.filter((p) => p.courseId === c.courseId);
    const plan = plans.find((p) => p.id === c.coursePlanId);
    return div(heading(data.lead ? `Admit ${data.lead.name}` : "Admit somebody", data.lead && link(to("leads", { open: data.lead.id }), "Back to the lead", "button")),
      filters([
        { name: "courseId", label: "Course", type: "select", options: [...courses] },
        { name: "coursePlanId", label: "Plan", type: "select", options: plans.map((p) => [p.id, `${p.name}${p.price === null ? "" : `, ${money(p.price)}`}`]) },
        { name: "startDate", label: "From", type: "date" },
      ], new URLSearchParams({ startDate: c.startDate, ...Object.fromEntries(place.query) }), (v) => go(withQuery({ ...v, ...(v["courseId"] !== c.courseId && { coursePlanId: null, slots: null, teacherId: null }) }), { replace: true })),
      c.courseId ? times7(data.classes, plan, place) : empty("Choose a course; its week with free seats appears here."),
      !mayAdmit(c) ? empty("Open one of your leads: its “Admit” leads here with it.") : !c.leadId && !c.studentId && student(place),
      data.preview && outcome(data, place));
  },
};

/** The week of the course: press the times. @param {Schemas["ClassroomClass"][]} classes @param {Schemas["CoursePlan"] | undefined} plan @param {Place} place */
function times7(classes, plan, place) {
  const c = chosen(place);
  const left = plan ? plan.classesPerWeek - c.slots.length : 0;
  const days = [...new Set(classes.map((k) => k.weekday))].sort();
  return section(plan ? (left > 0 ? `Choose ${left} ${left === 1 ? "time" : "times"}` : "Times") : "Times (choose a plan first)", h("div", { class: "board" }, days.map((weekday) => h("section", { class: "lane", "aria-label": weekdayName(weekday) },
    h("header", null, h("h2", null, weekdayName(weekday))),
    classes.filter((k) => k.weekday === weekday).map((k) => {
      const isChosen = c.slots.includes(k.timeSlotId) && (!c.teacherId || c.teacherId === k.teacher.id);
      return h("article", null, h("button", {
        type: "button", id: `slot-${k.classroomSlotId}`, class: "slot", "aria-pressed": String(isChosen), disabled: !plan,
        onclick: () => {
          const others = c.slots.filter((s) => s !== k.timeSlotId);
          const several = classes.filter((o) => o.timeSlotId === k.timeSlotId).length > 1;
          const slots = isChosen ? others : [...others, k.timeSlotId].slice(-(plan?.classesPerWeek ?? 1));
          go(withQuery({ slots: slots.join(","), teacherId: !isChosen && several ? k.teacher.id : slots.length ? c.teacherId : null }), { replace: true });
        },
      }, h("b", null, times(k.startTime, k.endTime)), span(nameOf(k.teacher)), bar(k.occupied + k.held, k.capacity, `${k.free} of ${k.capacity} seats free`)));
    })))));
}

/** @param {Place} place */
const student = (place) => section("Who", form({
  action: "Preview with this person",
  value: person,
  fields: [
    { name: "name", label: "Name", required: true }, { name: "email", label: "E-mail", type: "email", hint: "With one the student can log in." }, { name: "phone", label: "Phone", type: "tel" },
  ],
  changed: (values) => { person = values; },
  submit: async (values) => {
    person = values;
    await place.refresh();
  },
}));

/** @param {Data} data @param {Place} place */
function outcome({ preview, lead, plans }, place) {
  const c = chosen(place);
  if (preview instanceof Refusal) {
    return section("It cannot be", h("div", { class: "problem", role: "alert" }, preview.message, preview.errors.map((e) => p(e.message)),
      preview.body["admissionId"] && link(to("admissions", { open: preview.body["admissionId"] }), "The admission it became")));
  }
  if (!preview) return null;
  const isFull = preview.conflicts.some((k) => k.code === "slot_full" || k.code === "slot_held");
  return section(preview.ok ? "This is what it will be" : "Something stands in the way", [
    conflictsOf(preview.conflicts, (k) => k.alternatives && k.alternatives.length > 0 && actions("Instead: ", k.alternatives.map((a) => button(`${slotName(a)}, ${nameOf(a.teacher)} (${a.free} free)`, () =>
      go(withQuery({ slots: c.slots.map((s) => (s === k.timeSlotId ? a.timeSlotId : s)).join(","), teacherId: null }), { replace: true }))))),
    preview.warnings.map((w) => h("p", { class: "note" }, "Mind: ", w.message, w.dates && ` (${w.dates.map(day).join(", ")})`)),
    p(`${preview.classDates.length} classes, ${day(preview.firstDate)} to ${day(preview.lastDate)}${preview.price === null ? "" : `, ${money(preview.price)}`}. `, small("It tells the admins, the owner, the teachers and the student.")),
    actions(button("Admit", async () => {
        const made = await post("/v1/admissions", { body: body(place) });
        person = {};
        go(to("admissions", { open: made.id }));
        toast(`${nameOf(made.student)} is admitted, from ${day(made.attendance.firstDate)} on.`);
      }, { class: "main", disabled: !preview.ok }),
      isFull && (c.leadId || c.studentId) && may("createWaitlistEntry") && button("To the waiting list", async () => {
        const plan = plans.find((p) => p.id === c.coursePlanId);
        await post("/v1/waitlist", { body: { courseId: c.courseId ?? "", coursePlanId: plan?.id ?? null, timeSlotIds: c.slots, ...(c.leadId ? { leadId: c.leadId } : { studentId: c.studentId }), ...(c.teacherId && { teacherId: c.teacherId }) } });
        go(to("waiting", { courseId: c.courseId }));
        toast(`${lead?.name ?? "The student"} waits for a seat.`);
      })),
    h("details", { open: true }, h("summary", null, "All dates"), h("ol", { class: "dates" }, preview.classDates.map((d) => li(`${day(d.date)}, ${times(d.startTime, d.endTime)}, ${nameOf(d.teacher)}`)))),
  ]);
}

