// Requests to move a class: who asks, whether it would still fit, and the decision.
import { post } from "../api.js";
import { actions, br, small } from "../dom.js";
import { day, times, when } from "../format.js";
import { act, ask, button, chip, listing, nameOf, options, picked, state } from "../parts.js";
import { may, me } from "../session.js";

const STATES = /** @type {const} */ (["pending", "approved", "rejected", "withdrawn", "expired", "closed"]);

export const requests = listing({
  title: "Requests",
  needs: ["listRescheduleRequests"],
  except: "withdrawRescheduleRequest",
  nav: "Work",
  path: "/v1/reschedule-requests",
  query: (q) => picked(q, "status", STATES, ["pending"]),
  filters: () => [{ name: "status", label: "State", type: "select", options: options(STATES) }],
  empty: "No request to move a class.",
  columns: (place) => [
    ["Student", (r) => nameOf(r.student)],
    ["Course", (r) => [r.course.name, br(), small(nameOf(r.teacher))]],
    ["From", (r) => [day(r.sourceClassDate), br(), small(times(r.sourceStartTime, r.sourceEndTime))], "narrow"],
    ["To", (r) => [day(r.classDate), br(), small(times(r.startTime, r.endTime))], "narrow"],
    ["Why", (r) => r.reason, "wide"],
    ["State", (r) => r.status !== "pending" ? [state(r.status), small(` ${nameOf(r.decidedBy, "")} ${when(r.decidedAt)}`)] : r.wouldFit ? chip("fits", "good") : chip("does not fit now", "bad")],
    ["", (r) => r.status === "pending" && decide(r, place), "narrow"],
  ],
});

/** @param {Schemas["RescheduleRequest"]} r @param {Place} place */
export function decide(r, place) {
  const path = { rescheduleRequestId: r.id };
  const told = `It tells ${nameOf(r.student, "the student")} and ${nameOf(r.teacher, "the teacher")}.`;
  return actions(may("approveRescheduleRequest") && act(place, "Approve", () => post("/v1/reschedule-requests/{rescheduleRequestId}/approve", { path }), {
      main: true, said: "Approved.", sure: `${nameOf(r.student)} comes on ${day(r.classDate)}, ${times(r.startTime, r.endTime)}, in place of ${day(r.sourceClassDate)}. ${told}`,
    }),
    may("rejectRescheduleRequest") && button("Reject", () => ask(place, "Reject the request", {
      action: "Reject",
      fields: [{ name: "reason", label: "Why", hint: told }],
      submit: ({ reason }) => post("/v1/reschedule-requests/{rescheduleRequestId}/reject", { path, body: { reason } }),
    })),
    me().role === "student" && act(place, "Withdraw", () => post("/v1/reschedule-requests/{rescheduleRequestId}/withdraw", { path }), { said: "Withdrawn." }));
}
