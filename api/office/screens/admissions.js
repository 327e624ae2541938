// Admissions, and one of them: its classes, payment, and what can be done with it.
import { all, get, patch, post } from "../api.js";
import { actions, br, div, h, li, p, rows, small, span, title } from "../dom.js";
import { form } from "../forms.js";
import { day, money, number, percent, plus, times, today } from "../format.js";
import { act, ask, button, chip, dialog, facts, given, link, listing, nameOf, named, options, picked, section, slotName, state, toast } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { changesOf, conflictsOf } from "./effects.js";
import { moveOne } from "./mine.js";

const STATES = /** @type {const} */ (["active", "blocked", "completed", "cancelled"]);
const PAYMENTS = /** @type {const} */ (["unpaid", "paid"]);
const TELLS = "It tells the student, the teachers, the owner and the admins.";

export const admissions = listing({
  title: "Admissions",
  needs: ["createAdmission", "markAttendance"],
  nav: "Work",
  path: "/v1/admissions",
  query: (q) => ({ count: true, ...picked(q, "status", STATES), ...picked(q, "paymentStatus", PAYMENTS), ...given(q, "courseId", "studentId") }),
  also: () => all("/v1/courses"),
  head: (_, total) => [h("span", { class: "note" }, number(total)), may("blockAdmission") && link(to("admit"), "Admit somebody", "button")],
  filters: (courses) => [
    { name: "status", label: "State", type: "select", options: options(STATES) }, { name: "courseId", label: "Course", type: "select", options: named(courses) },
    ...(may("getPayment") ? [{ name: "paymentStatus", label: "Payment", type: /** @type {const} */ ("select"), options: options(PAYMENTS) }] : []),
  ],
  opens: true,
  empty: "Nobody here. A lead’s “Admit” begins.",
  columns: () => [
    ["Student", (a) => nameOf(a.student)],
    ["Course", (a) => [a.course.name, br(), small(a.slots.map(slotName).join(", "))]],
    ["State", (a) => [state(a.status), " ", a.payment && state(a.payment.status)], "narrow"],
    ["Left", (a) => number(a.remaining), "number"],
    ["Unmarked", (a) => a.unmarked || "", "number"],
    ["From", (a) => day(a.startDate), "narrow"],
  ],
  beside: admission,
});

/** @param {string} id @param {Place} place */
async function admission(id, place) {
  const path = { admissionId: id };
  const [a, classes] = await Promise.all([
    get("/v1/admissions/{admissionId}", { path }),
    get("/v1/attendance", { query: { admissionId: [id], limit: 200 } }),
  ]);
  const isLive = a.status === "active" || a.status === "blocked";
  const because = (/** @type {string} */ label, /** @type {string} */ hint, /** @type {(body: { reason: string | null }) => unknown} */ work) =>
    button(label, () => ask(place, `${label}: ${nameOf(a.student)}`, { action: label, above: p(`${hint} ${TELLS}`), fields: [{ name: "reason", label: "Why" }], submit: ({ reason }) => work({ reason }) }));
  const pay = (/** @type {"paid" | "unpaid"} */ status) => patch("/v1/admissions/{admissionId}/payment", { path, body: { status } });
  const paid = a.payment?.status ?? "unpaid";
  const other = paid === "paid" ? "unpaid" : "paid";
  return div(title(nameOf(a.student)),
    p(state(a.status), " ", a.payment && state(paid), " ", a.lead && may("getLead") && link(to("leads", { open: a.lead.id }), "Lead")),
    facts([
      ["Course", a.course.name], ["Plan", a.coursePlan.name], ["Weekly", a.slots.map((s) => div(`${slotName(s)}, ${nameOf(s.teacher)}`))],
      ["Classes", `${day(a.attendance.firstDate)} to ${day(a.attendance.lastDate)}`], ["Left", `${a.remaining} of ${a.attendance.total} (${percent(a.progress)} used)`],
      ["Moves", a.moves.allowed === null ? a.moves.used : `${a.moves.used} of ${a.moves.allowed}`], ["Price", a.price === null ? null : money(a.price)], ["Because", a.statusReason],
    ]),
    actions(a.payment && may("updatePayment") && act(place, `Mark ${other}`, () => pay(other), { main: other === "paid", said: `${nameOf(a.student)}: ${other}.`, undo: () => pay(paid) }),
      a.status === "active" && may("transferAdmission") && [button("Other weekly time", () => transfer(a, place)), button("Pause", () => pause(a, place))],
      a.status !== "cancelled" && may("renewAdmission") && act(place, "Renew", async () => go(withQuery({ open: (await post("/v1/admissions/{admissionId}/renew", { path, body: {} })).id })), { said: "Renewed.", sure: `A new plan on the same times, after the last class. ${TELLS}` }),
      isLive && may("blockAdmission") && [
        a.status === "active" ? because("Block", "Keeps the seat; no class is marked or moved meanwhile.", (body) => post("/v1/admissions/{admissionId}/block", { path, body }))
          : act(place, "Unblock", () => post("/v1/admissions/{admissionId}/unblock", { path, body: {} })),
        because("Cancel it", `Frees the seat and cancels ${a.remaining} coming classes. This cannot be taken back.`, (body) => post("/v1/admissions/{admissionId}/cancel", { path, body })),
      ]),
    section("Classes", rows(classes.items.map((c) => li(span(`${day(c.classDate)}, ${times(c.startTime, c.endTime)}`, c.originalClassDate && small(` moved from ${day(c.originalClassDate)}`)),
      h("span", { class: "actions" }, c.absenceAnnouncedAt && chip("announced absent", "wait"), c.status !== "scheduled" ? state(c.status) : c.classDate < today() && chip("unmarked", "wait"),
        c.status === "scheduled" && c.classDate >= today() && a.status === "active" && may("createRescheduleRequest") && button("Move", () => moveOne(c, place), { "aria-label": `Move the class of ${day(c.classDate)}` })))))));
}

/**
 * An act that is previewed by its form before it is done.
 * @template B, R
 * @param {Place} place @param {string} title @param {Field[]} fields @param {Values} value
 * @param {(values: Values) => B} body @param {(body: B) => Promise<R & { ok: boolean, conflicts: Schemas["Conflict"][] }>} preview
 * @param {(result: R) => [string, Node]} shows what the button says, and the effects @param {(body: B) => Promise<unknown>} work
 */
function previewed(place, title, fields, value, body, preview, shows, work) {
  const shown = div();
  dialog(title, (close) => [form({
    action: "Preview", value, fields,
    submit: async (values) => {
      const asked = body(values);
      const result = await preview(asked);
      const [label, effects] = shows(result);
      shown.replaceChildren(conflictsOf(result.conflicts), effects, ...(result.ok ? [button(label, async () => {
        await work(asked);
        close();
        await place.refresh();
        toast("Done.");
      }, { class: "main" })] : []));
    },
  }), shown]);
}

/** @param {Schemas["Admission"]} a @param {Place} place */
async function transfer(a, place) {
  const path = { admissionId: a.id };
  const { items } = await get("/v1/classroom-slots", { query: { courseId: [a.course.id], limit: 200 } });
  const tomorrow = plus(today(), 1);
  previewed(place, `Other weekly time for ${nameOf(a.student)}`, [
    { name: "fromClassroomSlotId", label: "In place of", type: "select", required: true, options: a.slots.map((s) => [s.classroomSlotId, slotName(s)]) },
    { name: "to", label: "New time", type: "select", required: true, options: items.map((c) => [c.id, `${slotName(c)}, ${nameOf(c.teacher)}`]) },
    { name: "from", label: "From", type: "date", required: true, min: tomorrow },
  ], { from: tomorrow }, ({ fromClassroomSlotId, to: chosen, from }) => {
    const target = items.find((c) => c.id === chosen);
    return { fromClassroomSlotId, timeSlotId: target?.timeSlotId ?? "", teacherId: target?.teacherId ?? null, from };
  }, (body) => post("/v1/admissions/{admissionId}/transfer/preview", { path, body }),
  ({ moved }) => [`Move ${moved.length} classes`, rows(moved.map((m) => li(`${day(m.fromDate)} → ${m.toDate ? day(m.toDate) : "the end"}`)))],
  (body) => post("/v1/admissions/{admissionId}/transfer", { path, body }));
}

/** @param {Schemas["Admission"]} a @param {Place} place */
function pause(a, place) {
  const path = { admissionId: a.id };
  previewed(place, `Pause of ${nameOf(a.student)}`, [
    { name: "from", label: "First day", type: "date", required: true, min: today() }, { name: "to", label: "Last day", type: "date", required: true, min: today() }, { name: "reason", label: "Why" },
    ...(may("blockAdmission") ? [{ name: "override", label: "Beyond the days that the school allows", type: /** @type {const} */ ("check") }] : []),
  ], {}, ({ from, to: until, reason, override }) => ({ from, to: until, reason, ...(override && { override }) }),
  (body) => post("/v1/admissions/{admissionId}/pause/preview", { path, body }),
  ({ cancelled, added }) => [`Pause: ${cancelled.length} classes go to the end`, changesOf(cancelled, added)],
  (body) => post("/v1/admissions/{admissionId}/pause", { path, body }));
}
