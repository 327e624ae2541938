// The waiting list: who is in line, what is offered and until when.
import { act, actions, all, ask, change, chip, day, given, link, listing, may, named, nameOf, options, over, param, patch, post, remove, slotName, state, to, way, when } from "../kit.js";

export const waiting = listing({
  title: "Waiting list", needs: ["createWaitlistEntry"], nav: "Work",
  path: "/waitlist",
  query: () => ({ status: ["waiting", "offered"], ...given("status", "courseId") }),
  also: () => all("/courses"),
  filters: (courses) => [["status", "State", options(["waiting", "offered", "admitted", "declined", "expired", "withdrawn"])], ["courseId", "Course", named(courses)]],
  above: (_) => {
    const leadId = param("leadId");
    if (param("new") && leadId) void enter(leadId);
    return null;
  },
  empty: "Nobody waits. Where an admission finds a class full, its “To the waiting list” enters here.",
  columns: [
    ["Who", (w) => (w.lead && may("getLead") ? link(to("leads", { open: w.lead.id }), nameOf(w.lead)) : nameOf(w.student ?? w.lead))],
    ["Course", (w) => over(w.course.name, w.timeSlots.length ? w.timeSlots.map(slotName).join(", ") : "any time", w.teacher && `, ${nameOf(w.teacher)}`)],
    ["State", (w) => [state(w.status), w.first && chip("first")], "narrow"],
    ["Place", (w) => w.position, "number"],
    ["Expected", (w) => (w.offer ? over(`offered: ${w.offer.classroomSlots.map(slotName).join(", ")}`, `until ${when(w.offer.expiresAt)}`) : day(w.expectedOn))],
    ["", (w) => (w.status === "waiting" || w.status === "offered") && choices(w), "narrow"],
  ],
});

/** @param {WaitlistEntry} w */
function choices(w) {
  const first = (/** @type {boolean} */ is) => patch(`/waitlist/${w.id}`, { first: is });
  return actions(w.offer && [
      way(to("admit", { leadId: w.lead?.id, studentId: w.student?.id, courseId: w.course.id, coursePlanId: w.coursePlanId, slots: w.offer.classroomSlots.map((s) => s.timeSlotId).join(","), teacherId: w.teacher?.id }), "Admit"),
      act("Decline", () => post(`/waitlist/${w.id}/decline`), { sure: "The seats go to the next in line." }),
    ],
    w.status === "waiting" && may("blockAdmission") && act(w.first ? "Not first" : "Put first", () => first(!w.first), { said: w.first ? "Back in line." : "First in line.", undo: () => first(w.first) }),
    act("Withdraw", () => remove(`/waitlist/${w.id}`), { sure: `${nameOf(w.lead ?? w.student)} loses the place in line.` }));
}

/** @param {string} leadId */
async function enter(leadId) {
  change({ new: null, leadId: null });
  const plans = await all("/course-plans");
  ask("Wait for a seat", {
    action: "Enter",
    fields: [["coursePlanId", "Course and plan*", plans.map((p) => [p.id, `${p.course.name}: ${p.name}`])], ["note", "Note", "textarea"]],
    submit: ({ coursePlanId, note }) => post("/waitlist", { leadId, courseId: plans.find((p) => p.id === coursePlanId)?.courseId ?? "", coursePlanId, note }),
  });
}
