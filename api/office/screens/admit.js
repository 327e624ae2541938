// An admission in the making: course, plan, times on the week's board; the preview follows each choice.
import { actions, all, at, b, bar, button, change, day, div, empty, filters, form, get, go, h, heading, lane, lanes, li, link, may, money, nameOf, note, p, param, post, problem, query, refresh, Refusal, screen, section, slotName, small, span, spoken, times, to, toast, today, way, weekdayName } from "../kit.js";
import { conflictsOf } from "./effects.js";

/** What was typed of a new student; the address is not to hold it. @type {Values} */
let person = {};

const chosen = () => ({
  courseId: param("courseId"), coursePlanId: param("coursePlanId"), startDate: param("startDate") ?? today(),
  slots: (param("slots") ?? "").split(",").filter(Boolean), teacherId: param("teacherId"), leadId: param("leadId"), studentId: param("studentId"),
});

/** @param {{ leadId: string | null, studentId: string | null }} chosen */
const who = ({ leadId, studentId }) => (leadId ? { leadId } : studentId ? { studentId } : { student: { ...person, name: person.name || "New student" } });

function body() {
  const c = chosen();
  return {
    courseId: c.courseId ?? "", coursePlanId: c.coursePlanId ?? "", startDate: c.startDate, timeSlotIds: c.slots,
    ...(c.teacherId && { teacherId: c.teacherId }),
    ...who(c),
    ...(c.startDate < today() && may("blockAdmission") && { allowBackdated: true }),
  };
}

/** Staff admit from their leads, admins anybody. @param {{ leadId: string | null }} chosen */
const mayAdmit = ({ leadId }) => leadId !== null || may("blockAdmission");

export const admit = screen({
  title: "Admission", needs: ["createAdmission"],
  load: async () => {
    const c = chosen();
    if (!document.querySelector("#screen [name=phone]")) person = {};
    const [plans, lead, classes] = await Promise.all([
      all("/course-plans"),
      c.leadId ? get(`/leads/${encodeURIComponent(c.leadId)}`) : null,
      c.courseId ? get("/classroom", { courseId: [c.courseId], limit: 200 }) : { items: [] },
    ]);
    const plan = plans.find((p) => p.id === c.coursePlanId);
    const isWhole = plan !== undefined && c.slots.length === plan.classesPerWeek;
    const preview = isWhole && mayAdmit(c) ? await post("/admissions/preview", body()).catch((error) => {
      if (error instanceof Refusal) return error;
      throw error;
    }) : null;
    return { plans, lead, classes: classes.items, preview };
  },
  view: (data) => {
    const c = chosen();
    const courses = new Map(data.plans.map((p) => [p.course.id, p.course.name]));
    const plans = data.plans.filter((p) => p.courseId === c.courseId);
    const plan = plans.find((p) => p.id === c.coursePlanId);
    return div(heading(data.lead ? `Admit ${data.lead.name}` : "Admit somebody", data.lead && way(to("leads", { open: data.lead.id }), "Back to the lead")),
      filters([
        ["courseId", "Course", [...courses]],
        ["coursePlanId", "Plan", plans.map((p) => [p.id, `${p.name}${p.price === null ? "" : `, ${money(p.price)}`}`])],
        ["startDate", "From", "date"],
      ], new URLSearchParams({ startDate: c.startDate, ...Object.fromEntries(query()) }), (v) => change({ ...v, ...(v["courseId"] !== c.courseId && { coursePlanId: null, slots: null, teacherId: null }) })),
      c.courseId ? timesOf(data.classes, plan) : empty("Choose a course; its week with free seats appears here."),
      !mayAdmit(c) ? empty("Open one of your leads: its “Admit” leads here with it.") : !c.leadId && !c.studentId && student(),
      data.preview && outcome(data.preview, data.lead));
  },
});

/** The week of the course: press the times. @param {ClassroomClass[]} classes @param {CoursePlan | undefined} plan */
function timesOf(classes, plan) {
  const c = chosen();
  const left = plan ? plan.classesPerWeek - c.slots.length : 0;
  const days = [...new Set(classes.map((k) => k.weekday))].sort();
  return section(plan ? (left > 0 ? `Choose ${left} ${left === 1 ? "time" : "times"}` : "Times") : "Times (choose a plan first)", lanes(days.map((weekday) => lane(weekdayName(weekday), null, classes.filter((k) => k.weekday === weekday).map((k) => {
      const isChosen = c.slots.includes(k.timeSlotId) && (!c.teacherId || c.teacherId === k.teacher.id);
      return h("article", null, button([b(times(k)), span(nameOf(k.teacher)), bar(k.occupied + k.held, k.capacity, `${k.free} of ${k.capacity} seats free`)], () => {
        const others = c.slots.filter((s) => s !== k.timeSlotId);
        const several = classes.filter((o) => o.timeSlotId === k.timeSlotId).length > 1;
        const slots = isChosen ? others : [...others, k.timeSlotId].slice(-(plan?.classesPerWeek ?? 1));
        change({ slots: slots.join(","), teacherId: !isChosen && several ? k.teacher.id : slots.length ? c.teacherId : null });
      }, { id: `slot-${k.classroomSlotId}`, class: "slot", "aria-pressed": String(isChosen), disabled: !plan }));
    })))));
}

const student = () => section("Who", form({
  action: "Preview with this person",
  value: person,
  fields: [
    ["name", "Name*"], ["email", "E-mail", "email", { hint: "With one the student can log in." }], ["phone", "Phone", "tel"],
  ],
  changed: (values) => { person = values; },
  submit: refresh,
}));

/** @param {AdmissionPreview | Refusal} preview @param {Lead | null} lead */
function outcome(preview, lead) {
  const c = chosen();
  if (preview instanceof Refusal) {
    return section("It cannot be", problem(spoken(preview.message), preview.errors.map((e) => p(spoken(e.message))),
      preview.body["admissionId"] && link(to("admissions", { open: preview.body["admissionId"] }), "The admission it became")));
  }
  const isFull = preview.conflicts.some((k) => k.code === "slot_full" || k.code === "slot_held");
  return section(preview.ok ? "This is what it will be" : "Something stands in the way", [
    conflictsOf(preview.conflicts, (k) => k.alternatives && k.alternatives.length > 0 && actions("Instead: ", k.alternatives.map((a) => button(`${slotName(a)}, ${nameOf(a.teacher)} (${a.free} free)`, () =>
      change({ slots: c.slots.map((s) => (s === k.timeSlotId ? a.timeSlotId : s)).join(","), teacherId: null }))))),
    preview.warnings.map((w) => note("Mind: ", spoken(w.message), w.dates && ` (${w.dates.map(day).join(", ")})`)),
    p(`${preview.classDates.length} classes, ${day(preview.firstDate)} to ${day(preview.lastDate)}${preview.price === null ? "" : `, ${money(preview.price)}`}. `, small("It tells the admins, the owner, the teachers and the student.")),
    actions(button("Admit", async () => {
        if (!c.leadId && !c.studentId && !person.name) return toast("Who is it? Write the name first.", undefined, true);
        const made = await post("/admissions", body());
        person = {};
        go(to("admissions", { open: made.id }));
        toast(`${nameOf(made.student)} is admitted, from ${day(made.attendance.firstDate)} on.`);
      }, { class: "main", disabled: !preview.ok }),
      isFull && (c.leadId || c.studentId) && may("createWaitlistEntry") && button("To the waiting list", async () => {
        await post("/waitlist", { courseId: c.courseId ?? "", coursePlanId: c.coursePlanId, timeSlotIds: c.slots, ...who(c), ...(c.teacherId && { teacherId: c.teacherId }) });
        go(to("waiting", { courseId: c.courseId }));
        toast(`${lead?.name ?? "The student"} waits for a seat.`);
      })),
    h("details", { open: true }, h("summary", null, "All dates"), h("ol", { class: "dates" }, preview.classDates.map((d) => li(`${at(d.date, d)}, ${nameOf(d.teacher)}`)))),
  ]);
}

