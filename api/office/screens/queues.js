// What waits for the office: requests to move a class, the waiting list, trial classes.
import { act, actions, all, ask, at, button, change, chip, day, given, link, listing, may, me, named, nameOf, nearDay, options, over, param, patch, post, remove, slotName, small, state, times, to, today, way, when } from "../kit.js";

export const requests = listing({
  title: "Requests", needs: ["listRescheduleRequests"], except: "withdrawRescheduleRequest", nav: "Work",
  path: "/reschedule-requests",
  query: () => ({ status: ["pending"], ...given("status") }),
  filters: () => [["status", "State", options(["pending", "approved", "rejected", "withdrawn", "expired", "closed"])]],
  empty: "No request to move a class.",
  columns: [
    ["Student", (r) => nameOf(r.student)],
    ["Course", (r) => over(r.course.name, nameOf(r.teacher))],
    ["From", (r) => over(day(r.sourceClassDate), times({ startTime: r.sourceStartTime, endTime: r.sourceEndTime })), "narrow"],
    ["To", (r) => over(day(r.classDate), times(r)), "narrow"],
    ["Why", (r) => r.reason, "wide"],
    ["State", (r) => r.status !== "pending" ? [state(r.status), small(` ${nameOf(r.decidedBy, "")} ${when(r.decidedAt)}`)] : r.wouldFit ? chip("fits", "good") : chip("does not fit now", "bad")],
    ["", (r) => r.status === "pending" && decide(r), "narrow"],
  ],
});

/** @param {RescheduleRequest} r */
export function decide(r) {
  const told = `It tells ${nameOf(r.student, "the student")} and ${nameOf(r.teacher, "the teacher")}.`;
  return actions(may("approveRescheduleRequest") && act("Approve", () => post(`/reschedule-requests/${r.id}/approve`), {
      main: true, said: "Approved.", sure: `${nameOf(r.student)} comes on ${at(r.classDate, r)}, in place of ${day(r.sourceClassDate)}. ${told}`,
    }),
    may("rejectRescheduleRequest") && button("Reject", () => ask("Reject the request", {
      action: "Reject",
      fields: [["reason", "Why", "text", { hint: told }]],
      submit: (why) => post(`/reschedule-requests/${r.id}/reject`, why),
    })),
    me().role === "student" && act("Withdraw", () => post(`/reschedule-requests/${r.id}/withdraw`), { said: "Withdrawn." }));
}

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
    ["", (w) => (w.status === "waiting" || w.status === "offered") && onWaiting(w), "narrow"],
  ],
});

/** @param {WaitlistEntry} w */
function onWaiting(w) {
  const first = (is = false) => patch(`/waitlist/${w.id}`, { first: is });
  return actions(w.offer && [
      way(to("admit", { leadId: w.lead?.id, studentId: w.student?.id, courseId: w.course.id, coursePlanId: w.coursePlanId, slots: w.offer.classroomSlots.map((s) => s.timeSlotId).join(","), teacherId: w.teacher?.id }), "Admit"),
      act("Decline", () => post(`/waitlist/${w.id}/decline`), { sure: "The seats go to the next in line, and the person leaves it." }),
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

export const trials = listing({
  title: "Trials", needs: ["listTrials"], nav: "Classes",
  path: "/trials",
  query: () => ({ ...(!param("date") && { status: ["booked"] }), ...given("date", "status") }),
  filters: () => [["date", "Date", "date"], ["status", "State", options(["booked", "attended", "missed", "cancelled"])]],
  empty: "No trial is booked. A lead’s page books one.",
  columns: [
    ["Who", (t) => link(to("leads", { open: t.lead.id }), nameOf(t.lead))],
    ["Day", (t) => nearDay(t.date), "narrow"],
    ["Time", (t) => times(t), "narrow"],
    ["Course", (t) => over(t.course.name, nameOf(t.teacher))],
    ["State", (t) => [state(t.status), t.note && small(` ${t.note}`)]],
    ["", (t) => t.status === "booked" && onTrial(t), "narrow"],
  ],
});

/** @param {Trial} t */
function onTrial(t) {
  /** @param {string} label @param {"attended" | "missed"} status */
  const went = (label, status) => button(label, () => ask(`${nameOf(t.lead)}: ${status}`, {
    action: "Record",
    fields: [["note", "How it went", "textarea"]],
    submit: (note) => post(`/trials/${t.id}/outcome`, { status, ...note }),
  }));
  return actions(t.date <= today() && may("recordTrialOutcome") && [went("Came", "attended"), went("Did not come", "missed")],
    may("cancelTrial") && act("Cancel the trial", () => post(`/trials/${t.id}/cancel`), { sure: `It tells ${nameOf(t.teacher, "the teacher")} and the lead’s owner.` }));
}
