// The waiting list: who is in line, what is offered and until when.
import { all, patch, post, remove } from "../api.js";
import { actions, br, small } from "../dom.js";
import { day, when } from "../format.js";
import { act, ask, chip, given, link, listing, nameOf, named, options, picked, slotName, state } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";

const STATES = /** @type {const} */ (["waiting", "offered", "admitted", "declined", "expired", "withdrawn"]);

export const waiting = listing({
  title: "Waiting list",
  needs: ["createWaitlistEntry"],
  nav: "Work",
  path: "/v1/waitlist",
  query: (q) => ({ ...picked(q, "status", STATES, ["waiting", "offered"]), ...given(q, "courseId") }),
  also: () => all("/v1/courses"),
  filters: (courses) => [{ name: "status", label: "State", type: "select", options: options(STATES) }, { name: "courseId", label: "Course", type: "select", options: named(courses) }],
  above: (_, place) => {
    const leadId = place.query.get("leadId");
    if (place.query.get("new") && leadId) void enter(leadId, place);
    return null;
  },
  empty: "Nobody waits. Where an admission finds a class full, its “To the waiting list” enters here.",
  columns: (place) => [
    ["Who", (w) => (w.lead && may("getLead") ? link(to("leads", { open: w.lead.id }), nameOf(w.lead)) : nameOf(w.student ?? w.lead))],
    ["Course", (w) => [w.course.name, br(), small(w.timeSlots.length ? w.timeSlots.map(slotName).join(", ") : "any time", w.teacher && `, ${nameOf(w.teacher)}`)]],
    ["State", (w) => [state(w.status), w.first && chip("first")], "narrow"],
    ["Place", (w) => w.position, "number"],
    ["Expected", (w) => (w.offer ? ["offered: ", w.offer.classroomSlots.map(slotName).join(", "), br(), small(`until ${when(w.offer.expiresAt)}`)] : day(w.expectedOn))],
    ["", (w) => (w.status === "waiting" || w.status === "offered") && choices(w, place), "narrow"],
  ],
});

/** @param {Schemas["WaitlistEntry"]} w @param {Place} place */
function choices(w, place) {
  const path = { waitlistEntryId: w.id };
  const first = (/** @type {boolean} */ is) => patch("/v1/waitlist/{waitlistEntryId}", { path, body: { first: is } });
  return actions(w.offer && [
      link(to("admit", { leadId: w.lead?.id, studentId: w.student?.id, courseId: w.course.id, coursePlanId: w.coursePlanId, slots: w.offer.classroomSlots.map((s) => s.timeSlotId).join(","), teacherId: w.teacher?.id }), "Admit", "button"),
      act(place, "Decline", () => post("/v1/waitlist/{waitlistEntryId}/decline", { path }), { sure: "The seats go to the next in line." }),
    ],
    w.status === "waiting" && may("blockAdmission") && act(place, w.first ? "Not first" : "Put first", () => first(!w.first), { said: w.first ? "Back in line." : "First in line.", undo: () => first(w.first) }),
    act(place, "Withdraw", () => remove("/v1/waitlist/{waitlistEntryId}", { path }), { sure: `${nameOf(w.lead ?? w.student)} loses the place in line.` }));
}

/** @param {string} leadId @param {Place} place */
async function enter(leadId, place) {
  go(withQuery({ new: null, leadId: null }), { replace: true });
  const plans = await all("/v1/course-plans");
  ask(place, "Wait for a seat", {
    action: "Enter",
    fields: [{ name: "coursePlanId", label: "Course and plan", type: "select", required: true, options: plans.map((p) => [p.id, `${p.course.name}: ${p.name}`]) }, { name: "note", label: "Note", type: "textarea" }],
    submit: ({ coursePlanId, note }) => post("/v1/waitlist", { body: { leadId, courseId: plans.find((p) => p.id === coursePlanId)?.courseId ?? "", coursePlanId, note } }),
  });
}
