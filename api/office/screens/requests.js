// Requests to move a class: who asks, whether it would still fit, and the decision.
import { get, post } from "../api.js";
import { h } from "../dom.js";
import { filters, form } from "../forms.js";
import { day, times, when } from "../format.js";
import { button, chip, confirmed, dialog, heading, nameOf, state, table, toast } from "../parts.js";
import { go, withQuery } from "../router.js";
import { may, me } from "../session.js";
import { pager } from "./pager.js";

/** @typedef {import("../types").Schemas["RescheduleRequest"]} Request */
/** @typedef {import("../types").Place} Place */

const STATES = /** @type {const} */ (["pending", "approved", "rejected", "withdrawn", "expired", "closed"]);

/** @param {Place} place */
const query = (place) => ({ status: [STATES.find((s) => s === place.query.get("status")) ?? "pending"], limit: 50 });

/** @type {import("../types").Screen<import("../types").Schemas["RescheduleRequestPage"]>} */
export const requests = {
  title: "Requests to move a class",
  needs: ["listRescheduleRequests"],
  except: "withdrawRescheduleRequest",
  nav: { label: "Requests", key: "q", section: "Work" },
  load: (place) => get("/v1/reschedule-requests", { query: query(place), signal: place.signal }),
  view: (page, place) => h("div", null,
    heading("Requests to move a class"),
    filters([{ name: "status", label: "State", type: "select", options: STATES.map((s) => [s, s]) }], place.query, (values) => go(withQuery(values), { replace: true })),
    pager(page, (cursor) => get("/v1/reschedule-requests", { query: { ...query(place), cursor } }), (items) => table({
      label: "Requests",
      items,
      empty: place.query.get("status") ? "None." : "Nothing to decide.",
      columns: [
        { label: "Student", cell: (r) => nameOf(r.student) },
        { label: "Course", cell: (r) => [r.course.name, h("br"), h("small", null, nameOf(r.teacher))] },
        { label: "From", cell: (r) => [day(r.sourceClassDate), h("br"), h("small", null, times(r.sourceStartTime, r.sourceEndTime))], kind: "narrow" },
        { label: "To", cell: (r) => [day(r.classDate), h("br"), h("small", null, times(r.startTime, r.endTime))], kind: "narrow" },
        { label: "Why", cell: (r) => r.reason, kind: "wide" },
        { label: "State", cell: (r) => r.status !== "pending" ? [state(r.status), r.decidedBy && h("small", null, ` ${nameOf(r.decidedBy)}, ${when(r.decidedAt)}`)] : r.wouldFit ? chip("fits", "good") : chip("does not fit now", "bad") },
        { label: "", cell: (r) => r.status === "pending" && decide(r, place), kind: "narrow" },
      ],
    }))),
};

/** @param {Request} r @param {Place} place */
export function decide(r, place) {
  const path = { rescheduleRequestId: r.id };
  const told = [nameOf(r.student, "the student"), nameOf(r.teacher, "the teacher")].join(" and ");
  return h("div", { class: "actions" },
    may("approveRescheduleRequest") && button("Approve", async () => {
      const yes = await confirmed("Move the class", h("p", null, `${nameOf(r.student)} comes on ${day(r.classDate)}, ${times(r.startTime, r.endTime)}, in place of ${day(r.sourceClassDate)}. It tells ${told}.`), "Approve");
      if (!yes) return;
      await post("/v1/reschedule-requests/{rescheduleRequestId}/approve", { path });
      toast("Approved.");
      await place.refresh();
    }, { class: "main" }),
    may("rejectRescheduleRequest") && button("Reject", () => {
      dialog("Reject the request", (close) => form({
        action: "Reject",
        fields: [{ name: "reason", label: "Why", hint: `It tells ${told}.` }],
        submit: async ({ reason }) => {
          await post("/v1/reschedule-requests/{rescheduleRequestId}/reject", { path, body: reason ? { reason } : {} });
          close();
          await place.refresh();
        },
      }));
    }),
    me().role === "student" && button("Withdraw", async () => {
      await post("/v1/reschedule-requests/{rescheduleRequestId}/withdraw", { path });
      toast("Withdrawn.");
      await place.refresh();
    }));
}
