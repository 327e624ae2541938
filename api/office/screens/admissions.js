// Admissions, and one of them: its classes, payment, and what can be done with it.
import { act, actions, all, ask, at, button, chip, day, div, facts, get, given, go, link, listing, may, money, named, nameOf, note, number, options, over, p, patch, percent, plus, post, rows, section, slotName, small, span, state, title, to, today, way, withQuery } from "../kit.js";
import { changesOf, previewed } from "./effects.js";
import { moveOne } from "./mine.js";

const TELLS = "It tells the student, the teachers, the owner and the admins.";

export const admissions = listing({
  title: "Admissions", needs: ["createAdmission", "markAttendance"], nav: "Work",
  path: "/admissions",
  query: () => ({ count: true, ...given("status", "paymentStatus", "courseId", "studentId") }),
  also: () => all("/courses"),
  head: (total) => [note(number(total)), may("blockAdmission") && way(to("admit"), "Admit somebody")],
  filters: (courses) => [
    ["status", "State", options(["active", "blocked", "completed", "cancelled"])], ["courseId", "Course", named(courses)],
    may("getPayment") && ["paymentStatus", "Payment", options(["unpaid", "paid"])],
  ],
  opens: true,
  empty: "Nobody here. A lead’s “Admit” begins.",
  columns: [
    ["Student", (a) => nameOf(a.student)],
    ["Course", (a) => over(a.course.name, a.slots.map(slotName).join(", "))],
    ["State", (a) => [state(a.status), " ", a.payment && state(a.payment.status)], "narrow"],
    ["Left", (a) => number(a.remaining), "number"],
    ["Unmarked", (a) => a.unmarked || "", "number"],
    ["From", (a) => day(a.startDate), "narrow"],
  ],
  beside: admission,
});

/** @param {string} id */
async function admission(id) {
  const [a, classes] = await Promise.all([
    get(`/admissions/${id}`),
    get("/attendance", { admissionId: [id], limit: 200 }),
  ]);
  const isLive = a.status === "active" || a.status === "blocked";
  const because = (/** @type {string} */ label, /** @type {string} */ hint, /** @type {AskOptions["submit"]} */ submit) =>
    button(label, () => ask(`${label}: ${nameOf(a.student)}`, { action: label, above: p(`${hint} ${TELLS}`), fields: [["reason", "Why"]], submit }));
  const pay = (/** @type {"paid" | "unpaid"} */ status) => patch(`/admissions/${id}/payment`, { status });
  const paid = a.payment?.status ?? "unpaid";
  const other = paid === "paid" ? "unpaid" : "paid";
  return div(title(nameOf(a.student), a),
    p(state(a.status), " ", a.payment && state(paid), " ", a.lead && may("getLead") && link(to("leads", { open: a.lead.id }), "Lead")),
    facts([
      ["Course", a.course.name], ["Plan", a.coursePlan.name], ["Weekly", a.slots.map((s) => div(`${slotName(s)}, ${nameOf(s.teacher)}`))],
      ["Classes", `${day(a.attendance.firstDate)} to ${day(a.attendance.lastDate)}`], ["Left", `${a.remaining} of ${a.attendance.total} (${percent(a.progress)} used)`],
      ["Moves", a.moves.allowed === null ? a.moves.used : `${a.moves.used} of ${a.moves.allowed}`], ["Price", a.price === null ? null : money(a.price)], ["Because", a.statusReason],
    ]),
    actions(a.payment && may("updatePayment") && act(`Mark ${other}`, () => pay(other), { main: other === "paid", said: `${nameOf(a.student)}: ${other}.`, undo: () => pay(paid) }),
      a.status === "active" && may("transferAdmission") && [button("Other weekly time", () => transfer(a)), button("Pause", () => pause(a))],
      a.status === "active" && may("renewAdmission") && act("Renew", async () => go(withQuery({ open: (await post(`/admissions/${id}/renew`, {})).id })), { said: "Renewed.", sure: `A new plan on the same times, after the last class. ${TELLS}` }),
      isLive && may("blockAdmission") && [
        a.status === "active" ? because("Block", "Keeps the seat; no class is marked or moved meanwhile.", (body) => post(`/admissions/${id}/block`, body))
          : act("Unblock", () => post(`/admissions/${id}/unblock`, {})),
        because("Cancel it", `Frees the seat and cancels ${a.remaining} coming classes. This cannot be taken back.`, (body) => post(`/admissions/${id}/cancel`, body)),
      ]),
    section("Classes", rows(classes.items, (c) => [span(at(c.classDate, c), c.originalClassDate && small(` moved from ${day(c.originalClassDate)}`)),
      actions(c.absenceAnnouncedAt && chip("announced absent", "wait"), c.status !== "scheduled" ? state(c.status) : c.classDate < today() && chip("unmarked", "wait"),
        c.status === "scheduled" && c.classDate >= today() && a.status === "active" && may("createRescheduleRequest") && button("Move", () => moveOne(c), { "aria-label": `Move the class of ${day(c.classDate)}` }))])));
}

/** @param {Admission} a */
async function transfer(a) {
  const { items } = await get("/classroom-slots", { courseId: [a.course.id], limit: 200 });
  const from = plus(today(), 1);
  previewed(`Other weekly time for ${nameOf(a.student)}`, `/admissions/${a.id}/transfer`, [
    ["fromClassroomSlotId", "In place of*", a.slots.map((s) => [s.classroomSlotId, slotName(s)])],
    ["to", "New time*", items.map((c) => [c.id, `${slotName(c)}, ${nameOf(c.teacher)}`])],
    ["from", "From*", "date", { min: from }],
  ], ({ moved }) => [`Move ${moved.length} classes`, rows(moved, (m) => [`${day(m.fromDate)} → ${m.toDate ? day(m.toDate) : "the end"}`])],
  { from }, ({ to: chosen, ...values }) => {
    const { timeSlotId, teacherId } = items.find((c) => c.id === chosen) ?? {};
    return { ...values, timeSlotId, teacherId };
  });
}

/** @param {Admission} a */
const pause = (a) => previewed(`Pause of ${nameOf(a.student)}`, `/admissions/${a.id}/pause`, [
  ["from", "First day*", "date", { min: today() }], ["to", "Last day*", "date", { min: today() }], ["reason", "Why"],
  may("blockAdmission") && ["override", "Beyond the days that the school allows", "check"],
], ({ cancelled, added }) => [`Pause: ${cancelled.length} classes go to the end`, changesOf(cancelled, added)]);
