// Admissions, and one of them: its classes, payment, and what can be done with it.
import { all, get, patch, post } from "../api.js";
import { h } from "../dom.js";
import { filters, form } from "../forms.js";
import { day, money, number, percent, plus, times, today } from "../format.js";
import { button, chip, confirmed, dialog, facts, heading, link, nameOf, section, slotName, state, table, toast } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { changesOf, conflictsOf } from "./effects.js";
import { moveOne } from "./mine.js";
import { pager } from "./pager.js";

/** @typedef {import("../types").Schemas["Admission"]} Admission */
/** @typedef {import("../types").Place} Place */

const STATES = /** @type {const} */ (["active", "blocked", "completed", "cancelled"]);
const PAYMENTS = /** @type {const} */ (["unpaid", "paid"]);

/** @param {Place} place */
function query({ query: q }) {
  const status = STATES.find((s) => s === q.get("status"));
  const payment = PAYMENTS.find((s) => s === q.get("paymentStatus"));
  return {
    limit: 50,
    ...(status && { status: [status] }),
    ...(payment && { paymentStatus: [payment] }),
    ...(q.get("courseId") && { courseId: [q.get("courseId") ?? ""] }),
    ...(q.get("studentId") && { studentId: [q.get("studentId") ?? ""] }),
  };
}

/** @type {import("../types").Screen<{ page: import("../types").Schemas["AdmissionPage"], courses: import("../types").Schemas["Course"][] }>} */
export const admissions = {
  title: "Admissions",
  needs: ["createAdmission", "markAttendance"],
  nav: { label: "Admissions", key: "a", section: "Work" },
  load: async (place) => {
    const [page, courses] = await Promise.all([
      get("/v1/admissions", { query: { ...query(place), count: true }, signal: place.signal }),
      all("/v1/courses"),
    ]);
    return { page, courses };
  },
  view: ({ page, courses }, place) => h("div", null,
    heading("Admissions", h("span", { class: "note" }, `${number(page.total)}${page.totalIsExact === false ? " or more" : ""}`), may("createAdmission") && link(to("admit"), "Admit somebody", "button")),
    filters([
      { name: "status", label: "State", type: "select", options: STATES.map((s) => [s, s]) },
      { name: "courseId", label: "Course", type: "select", options: courses.map((c) => [c.id, c.name]) },
      ...(may("getPayment") ? [{ name: "paymentStatus", label: "Payment", type: /** @type {const} */ ("select"), options: PAYMENTS.map((s) => /** @type {[string, string]} */ ([s, s])) }] : []),
    ], place.query, (values) => go(withQuery({ ...values, open: null }), { replace: true })),
    pager(page, (cursor) => get("/v1/admissions", { query: { ...query(place), cursor } }), (items) => table({
      label: "Admissions",
      items,
      open: place.query.get("open"),
      address: (a) => withQuery({ open: a.id }),
      empty: ["Nobody here. ", may("createAdmission") && link(to("admit"), "Admit the first")],
      columns: [
        { label: "Student", cell: (a) => nameOf(a.student) },
        { label: "Course", cell: (a) => [a.course.name, h("br"), h("small", null, a.slots.map(slotName).join(", "))] },
        { label: "State", cell: (a) => [state(a.status), " ", a.payment && state(a.payment.status)], kind: "narrow" },
        { label: "Left", cell: (a) => number(a.remaining), kind: "number" },
        { label: "Unmarked", cell: (a) => a.unmarked || "", kind: "number" },
        { label: "From", cell: (a) => day(a.startDate), kind: "narrow" },
      ],
    }))),
  beside: admission,
};

/** @param {string} id @param {Place} place */
async function admission(id, place) {
  const path = { admissionId: id };
  const [a, classes] = await Promise.all([
    get("/v1/admissions/{admissionId}", { path, signal: place.signal }),
    get("/v1/attendance", { query: { admissionId: [id], limit: 200 }, signal: place.signal }),
  ]);
  return h("div", null,
    h("h2", { tabindex: -1 }, nameOf(a.student)),
    h("p", null, state(a.status), " ", a.payment && state(a.payment.status), " ", a.lead && may("getLead") && link(to("leads", { open: a.lead.id }), "Lead")),
    facts([
      ["Course", a.course.name], ["Plan", a.coursePlan.name], ["Weekly", a.slots.map((s) => h("div", null, `${slotName(s)}, ${nameOf(s.teacher)}`))],
      ["Classes", `${day(a.attendance.firstDate)} to ${day(a.attendance.lastDate)}`], ["Left", `${a.remaining} of ${a.attendance.total} (${percent(a.progress)} used)`],
      ["Moves", a.moves.allowed === null ? String(a.moves.used) : `${a.moves.used} of ${a.moves.allowed}`], ["Price", a.price === null ? null : money(a.price)], ["Because", a.statusReason],
    ]),
    h("div", { class: "actions" },
      a.payment && may("updatePayment") && button(a.payment.status === "paid" ? "Mark unpaid" : "Mark paid", () => pay(a, place), { class: a.payment.status === "paid" ? null : "main" }),
      a.status === "active" && may("transferAdmission") && button("Other weekly time", () => transfer(a, place)),
      a.status === "active" && may("pauseAdmission") && button("Pause", () => pause(a, place)),
      may("renewAdmission") && a.status !== "cancelled" && button("Renew", async () => {
        if (!(await confirmed("Renew", h("p", null, `A new plan for ${nameOf(a.student)} on the same times, after the last class. It tells the student, the teachers, the owner and the admins.`), "Renew"))) return;
        const made = await post("/v1/admissions/{admissionId}/renew", { path, body: {} });
        toast("Renewed.");
        go(withQuery({ open: made.id }));
        await place.refresh();
      }),
      a.status === "active" && may("blockAdmission") && because(a, "Block", "Keeps the seat; no class is marked or moved meanwhile.", (body) => post("/v1/admissions/{admissionId}/block", { path, body }), place),
      a.status === "blocked" && may("unblockAdmission") && button("Unblock", () => post("/v1/admissions/{admissionId}/unblock", { path, body: {} }).then(place.refresh)),
      (a.status === "active" || a.status === "blocked") && may("cancelAdmission") && because(a, "Cancel it", `Frees the seat and cancels ${a.remaining} coming classes. This cannot be taken back.`, (body) => post("/v1/admissions/{admissionId}/cancel", { path, body }), place)),
    section("Classes", h("ul", { class: "rows" }, classes.items.map((c) => h("li", null,
      h("span", null, `${day(c.classDate)}, ${times(c.startTime, c.endTime)}`, c.originalClassDate && h("small", null, ` moved from ${day(c.originalClassDate)}`)),
      h("span", { class: "actions" }, c.absenceAnnouncedAt && chip("announced absent", "wait"), c.status === "scheduled" && c.classDate < today() ? chip("unmarked", "wait") : c.status !== "scheduled" && state(c.status),
        c.status === "scheduled" && c.classDate >= today() && a.status === "active" && may("createRescheduleRequest") && button("Move", () => moveOne(c, place), { "aria-label": `Move the class of ${day(c.classDate)}` })))))));
}

/** @param {Admission} a @param {Place} place */
async function pay(a, place) {
  const path = { admissionId: a.id };
  const before = a.payment?.status ?? "unpaid";
  const now = before === "paid" ? "unpaid" : "paid";
  await patch("/v1/admissions/{admissionId}/payment", { path, body: { status: now } });
  await place.refresh();
  toast(`${nameOf(a.student)}: ${now}.`, () => patch("/v1/admissions/{admissionId}/payment", { path, body: { status: before } }).then(place.refresh));
}

/**
 * A button that asks for a reason first.
 * @param {Admission} a @param {string} label @param {string} hint @param {(body: { reason?: string }) => Promise<unknown>} act @param {Place} place
 */
const because = (a, label, hint, act, place) => button(label, () => {
  dialog(`${label}: ${nameOf(a.student)}`, (close) => [h("p", null, hint, " It tells the student, the teachers, the owner and the admins."), form({
    action: label,
    fields: [{ name: "reason", label: "Why" }],
    submit: async ({ reason }) => {
      await act(reason ? { reason } : {});
      close();
      await place.refresh();
    },
  })]);
});

/** @param {Admission} a @param {Place} place */
async function transfer(a, place) {
  const path = { admissionId: a.id };
  const classes = await get("/v1/classroom-slots", { query: { courseId: [a.course.id], limit: 200 } });
  const shown = h("div", null);
  /** @param {Record<string, any>} v */
  const body = (v) => {
    const target = classes.items.find((c) => c.id === v["to"]);
    return { fromClassroomSlotId: String(v["fromClassroomSlotId"]), timeSlotId: target?.timeSlotId ?? "", teacherId: target?.teacherId ?? null, from: String(v["from"]) };
  };
  dialog(`Other weekly time for ${nameOf(a.student)}`, (close) => [form({
    action: "Preview",
    value: { fromClassroomSlotId: a.slots.length === 1 ? a.slots[0]?.classroomSlotId : undefined, from: plus(today(), 1) },
    fields: [
      { name: "fromClassroomSlotId", label: "In place of", type: "select", required: true, options: a.slots.map((s) => [s.classroomSlotId, slotName(s)]) },
      { name: "to", label: "New time", type: "select", required: true, options: classes.items.map((c) => [c.id, `${slotName(c)}, ${nameOf(c.teacher)}`]) },
      { name: "from", label: "From", type: "date", required: true, min: plus(today(), 1) },
    ],
    submit: async (values) => {
      const preview = await post("/v1/admissions/{admissionId}/transfer/preview", { path, body: body(values) });
      shown.replaceChildren(conflictsOf(preview.conflicts), h("ul", { class: "rows" }, preview.moved.map((m) => h("li", null, `${day(m.fromDate)} → ${m.toDate ? day(m.toDate) : "the end"}`))),
        ...(preview.ok ? [button(`Move ${preview.moved.length} classes`, async () => {
          await post("/v1/admissions/{admissionId}/transfer", { path, body: body(values) });
          close();
          await place.refresh();
          toast("Moved for the rest of the plan.");
        }, { class: "main" })] : []));
    },
  }), shown]);
}

/** @param {Admission} a @param {Place} place */
function pause(a, place) {
  const path = { admissionId: a.id };
  const shown = h("div", null);
  dialog(`Pause of ${nameOf(a.student)}`, (close) => [form({
    action: "Preview",
    fields: [
      { name: "from", label: "First day", type: "date", required: true, min: today() }, { name: "to", label: "Last day", type: "date", required: true, min: today() }, { name: "reason", label: "Why" },
      may("blockAdmission") && { name: "override", label: "Beyond the days that the school allows", type: "check" },
    ],
    submit: async (values) => {
      const { from, to: until, reason, override } = values;
      const body = { from, to: until, reason, ...(override && { override }) };
      const preview = await post("/v1/admissions/{admissionId}/pause/preview", { path, body });
      shown.replaceChildren(conflictsOf(preview.conflicts), changesOf(preview.cancelled, preview.added),
        ...(preview.ok ? [button(`Pause, ${preview.cancelled.length} classes go to the end`, async () => {
          await post("/v1/admissions/{admissionId}/pause", { path, body });
          close();
          await place.refresh();
        }, { class: "main" })] : []));
    },
  }), shown]);
}

