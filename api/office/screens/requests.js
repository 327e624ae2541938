// Requests to move a class: who asks, whether it would still fit, and the decision.
import { act, actions, ask, at, button, chip, day, given, listing, may, me, nameOf, options, over, post, small, state, times, when } from "../kit.js";

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
