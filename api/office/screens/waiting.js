// The waiting list: who is in line, what is offered and until when.
import { all, get, patch, post, remove } from "../api.js";
import { h } from "../dom.js";
import { filters, form } from "../forms.js";
import { day, when } from "../format.js";
import { button, chip, confirmed, dialog, heading, link, nameOf, slotName, state, table, toast } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { pager } from "./pager.js";

/** @typedef {import("../types").Schemas["WaitlistEntry"]} Entry */
/** @typedef {import("../types").Place} Place */

const STATES = /** @type {const} */ (["waiting", "offered", "admitted", "declined", "expired", "withdrawn"]);

/** @param {Place} place @returns {{ limit: number, status: (typeof STATES[number])[], courseId?: string[] }} */
function query({ query: q }) {
  const status = STATES.find((s) => s === q.get("status"));
  return { limit: 50, status: status ? [status] : ["waiting", "offered"], ...(q.get("courseId") && { courseId: [q.get("courseId") ?? ""] }) };
}

/** @type {import("../types").Screen<{ page: import("../types").Schemas["WaitlistEntryPage"], courses: import("../types").Schemas["Course"][] }>} */
export const waiting = {
  title: "Waiting list",
  needs: ["createWaitlistEntry"],
  nav: { label: "Waiting list", key: "i", section: "Work" },
  load: async (place) => {
    const [page, courses] = await Promise.all([get("/v1/waitlist", { query: query(place), signal: place.signal }), all("/v1/courses")]);
    return { page, courses };
  },
  view: ({ page, courses }, place) => {
    const leadId = place.query.get("leadId");
    if (place.query.get("new") && leadId) void enter(leadId, place);
    return h("div", null,
      heading("Waiting list"),
      filters([
        { name: "status", label: "State", type: "select", options: STATES.map((s) => [s, s]) },
        { name: "courseId", label: "Course", type: "select", options: courses.map((c) => [c.id, c.name]) },
      ], place.query, (values) => go(withQuery(values), { replace: true })),
      pager(page, (cursor) => get("/v1/waitlist", { query: { ...query(place), cursor } }), (items) => table({
        label: "Waiting list",
        items,
        empty: "Nobody waits. Where an admission finds a class full, its “To the waiting list” enters here.",
        columns: [
          { label: "Who", cell: (w) => (w.lead && may("getLead") ? link(to("leads", { open: w.lead.id }), nameOf(w.lead)) : nameOf(w.student ?? w.lead)) },
          { label: "Course", cell: (w) => [w.course.name, h("br"), h("small", null, w.timeSlots.length ? w.timeSlots.map(slotName).join(", ") : "any time", w.teacher && `, ${nameOf(w.teacher)}`)] },
          { label: "State", cell: (w) => [state(w.status), w.first && chip("first")], kind: "narrow" },
          { label: "Place", cell: (w) => w.position, kind: "number" },
          { label: "Expected", cell: (w) => (w.offer ? ["offered: ", w.offer.classroomSlots.map(slotName).join(", "), h("br"), h("small", null, `until ${when(w.offer.expiresAt)}`)] : w.expectedOn ? day(w.expectedOn) : "") },
          { label: "", cell: (w) => (w.status === "waiting" || w.status === "offered") && actions(w, place), kind: "narrow" },
        ],
      })));
  },
};

/** @param {Entry} w @param {Place} place */
function actions(w, place) {
  const path = { waitlistEntryId: w.id };
  return h("div", { class: "actions" },
    w.offer && link(to("admit", { leadId: w.lead?.id, studentId: w.student?.id, courseId: w.course.id, coursePlanId: w.coursePlanId, slots: w.offer.classroomSlots.map((s) => s.timeSlotId).join(","), teacherId: w.teacher?.id }), "Admit", "button"),
    w.offer && button("Decline", async () => {
      if (!(await confirmed("Decline the offer", h("p", null, "The seats go to the next in line."), "Decline"))) return;
      await post("/v1/waitlist/{waitlistEntryId}/decline", { path });
      await place.refresh();
    }),
    w.status === "waiting" && may("blockAdmission") && button(w.first ? "Not first" : "Put first", async () => {
      await patch("/v1/waitlist/{waitlistEntryId}", { path, body: { first: !w.first } });
      await place.refresh();
      toast(w.first ? "Back in line." : "First in line.", () => patch("/v1/waitlist/{waitlistEntryId}", { path, body: { first: w.first } }).then(place.refresh));
    }),
    button("Withdraw", async () => {
      if (!(await confirmed("Withdraw from the waiting list", h("p", null, `${nameOf(w.lead ?? w.student)} loses the place in line.`), "Withdraw"))) return;
      await remove("/v1/waitlist/{waitlistEntryId}", { path });
      await place.refresh();
    }));
}

/** @param {string} leadId @param {Place} place */
async function enter(leadId, place) {
  go(withQuery({ new: null, leadId: null }), { replace: true });
  const [courses, plans] = await Promise.all([all("/v1/courses"), all("/v1/course-plans")]);
  dialog("Wait for a seat", (close) => form({
    action: "Enter",
    fields: [
      { name: "coursePlanId", label: "Course and plan", type: "select", required: true, options: plans.map((p) => [p.id, `${courses.find((c) => c.id === p.courseId)?.name}: ${p.name}`]) },
      { name: "note", label: "Note", type: "textarea" },
    ],
    submit: async ({ coursePlanId, note }) => {
      const plan = plans.find((p) => p.id === coursePlanId);
      await post("/v1/waitlist", { body: { leadId, courseId: plan?.courseId ?? "", coursePlanId, note } });
      close();
      await place.refresh();
    },
  }));
}
