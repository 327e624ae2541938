// One lead, beside the list: follow-up first, then what happened, then what is known.
import { act, actions, all, ask, at, button, chip, day, dialog, div, facts, form, get, go, link, longDay, may, me, money, named, nameOf, nearDay, p, patch, plus, post, put, remove, rows, saving, section, small, span, state, tagged, teachers, title, to, today, way, when, withQuery, words } from "../kit.js";
import { inquiry } from "./effects.js";
import { PROFILE, move } from "./leads.js";

/** @param {string} id */
export async function lead(id) {
  const [l, timeline] = await Promise.all([
    get(`/leads/${id}`),
    get(`/leads/${id}/timeline`, { limit: 30 }),
  ]);
  const isOpen = l.followUpStatus === "open";
  const mayChange = may("updateLead") && (me().role !== "staff" || l.ownerId === me().id);
  return div(title(l.name, l),
    p(chip(l.stage.name), " ", tagged(l.tags), l.admissionId && link(to("admissions", { open: l.admissionId }), "Admission")),
    !l.ownerId && me().role === "staff" && act("Claim it", () => post(`/leads/${id}/assign`, { ownerId: me().id }), { main: true, said: `${l.name} is yours.` }),
    isOpen && mayChange && followUp(l),
    mayChange && !l.admissionId && actions(way(to("admit", { leadId: id }), "Admit"), button("Trial class", () => trial(l)), way(to("waiting", { leadId: id, new: 1 }), "Waiting list")),
    l.possibleDuplicates.length > 0 && section("Perhaps the same person", rows(l.possibleDuplicates, (d) => [link(withQuery({ open: d.id }), d.name), small(`same ${d.matches}`)])),
    section("What happened", [
      (mayChange || me().role === "teacher") && form({
        action: "Add the note",
        fields: [["body", "Note*", "textarea"]],
        submit: saving((note) => post(`/leads/${id}/notes`, note)),
      }),
      rows(timeline.items, happened, "Nothing yet.")]),
    section("Known", [
      facts([
        ["Phone", l.phone && link(`tel:${l.phone}`, l.phone)], ["E-mail", l.email && link(`mailto:${l.email}`, l.email)], ["Follow-up", isOpen ? nearDay(l.followUpDate) : "done"],
        ["Owner", nameOf(l.owner, "nobody")], ["Teacher", nameOf(l.assignedTeacher, "nobody")], ["Contacts", `${l.numberOfContactAttempts}${l.lastContactedDate ? `, last ${day(l.lastContactedDate)}` : ""}`],
        ["Guardian", l.guardianName], ["Age", l.age], ["Area", l.area], ["Community", l.community], ["Address", l.address], ["Source", l.source],
        ["Budget", l.expectedBudget === null ? null : money(l.expectedBudget)], ["Demo", l.demoDate && `${longDay(l.demoDate)}${l.demoConducted ? ", held" : ""}`], ["Lost because", l.lostReason],
      ]),
      mayChange && actions(button("Change", () => ask(`Change ${l.name}`, {
          value: l, fields: [...PROFILE, ["followUpDate", "Follow up on*", "date"]],
          current: () => get(`/leads/${id}`), submit: (body, version) => patch(`/leads/${id}`, body, version),
        })),
        button("Stage", async () => {
          const stages = await all("/lead-stages");
          dialog(`Stage of ${l.name}`, (close) => rows(stages, (s) => [button(s.name, () => { close(); return move(l, s.id); }, { "aria-pressed": String(s.id === l.stageId) })]));
        }),
        button("Tags", () => ask(`Tags of ${l.name}`, {
          action: "Add the tag",
          above: actions(l.tags.map((tag) => act(`${tag} ×`, () => remove(`/leads/${id}/tags/${encodeURIComponent(tag)}`), { name: `Take ${tag} off` }))),
          fields: [["tag", "New tag*"]],
          submit: ({ tag }) => put(`/leads/${id}/tags/${encodeURIComponent(tag)}`),
        })),
        may("createLeadStage") && button("Owner", () => owner(l)),
        act("Delete", async () => {
          await remove(`/leads/${id}`, l.version);
          go(withQuery({ open: null }));
        }, { sure: `Its trial classes are cancelled and its places in line lost. Only an admin brings ${l.name} back.`, said: `${l.name} is deleted.`, ...(may("restoreLead") && { undo: () => post(`/leads/${id}/restore`) }) })),
    ]));
}

/** Done, or another day: two clicks from the list. @param {Lead} l */
function followUp(l) {
  const again = (/** @type {Values} */ when) => post(`/leads/${l.id}/follow-up`, { outcome: "rescheduled", ...when });
  const undo = () => patch(`/leads/${l.id}`, { followUpStatus: "open", followUpDate: l.followUpDate, numberOfContactAttempts: l.numberOfContactAttempts, lastContactedDate: l.lastContactedDate });
  const later = (label = "", days = 0) => act(label, () => again({ followUpDate: plus(today(), days) }), {
    said: `Next follow-up of ${l.name}: ${nearDay(plus(today(), days))}.`, undo,
  });
  return section(`Follow up ${nearDay(l.followUpDate)}`, actions(act("Done", () => post(`/leads/${l.id}/follow-up`, { outcome: "done" }), { main: true, said: `Follow-up of ${l.name} is done.`, undo }),
    later("Tomorrow", 1), later("In three days", 3), later("In a week", 7),
    button("Another day", () => ask("Follow up again", {
      action: "Set the date",
      fields: [["followUpDate", "On*", "date", { min: today() }], ["note", "Note", "textarea"]],
      submit: again,
    }))));
}

/** @param {Happening} e */
function happened(e) {
  const value = (/** @type {typeof e.old} */ v, /** @type {string | null} */ name) => name ?? (v === null ? "nothing" : /^\d{4}-\d\d-\d\d$/.test(String(v)) ? day(String(v)) : String(v));
  const field = words((e.field ?? e.kind).replace(/Id$/, ""));
  const what = e.kind === "note" ? e.body
    : e.status ? [words(e.kind), " ", e.course?.name, e.date && `, ${day(e.date)}`, " ", state(e.status)]
      : e.field === "tags" ? (e.old === null ? `Tag ${e.new}` : `Tag ${e.old} taken off`)
        : `${field}: ${e.old === null ? "" : `${value(e.old, e.oldName)} → `}${value(e.new, e.newName)}`;
  return [span(what), small([nameOf(e.actor, ""), when(e.at)].filter(Boolean).join(", "))];
}

/** @param {Lead} l */
async function owner(l) {
  const [colleagues, others] = await Promise.all([
    all("/users", { role: ["staff", "admin", "super_admin"], status: ["active"] }),
    teachers(),
  ]);
  ask(`Who looks after ${l.name}`, {
    action: "Save",
    value: { ownerId: l.ownerId, assignedTeacherId: l.assignedTeacherId },
    fields: [["ownerId", "Owner", named(colleagues)], ["assignedTeacherId", "Teacher", named(others)]],
    submit: (both) => post(`/leads/${l.id}/assign`, both),
  });
}

/** Choose a class and a date for a trial. @param {Lead} l */
async function trial(l) {
  const courses = await all("/courses");
  inquiry(`Trial class for ${l.name}`, { action: "Show the classes", fields: [["courseId", "Course*", named(courses)]] }, async ({ courseId }, close) => {
    const { items } = await get("/classroom", { courseId: [courseId], from: today(), to: plus(today(), 13), limit: 200 });
    return rows(items.filter((c) => c.date && !c.isClosed && (c.freeOnDate ?? 0) > 0), (c) => [`${at(c.date, c)}, ${nameOf(c.teacher)}`,
      act(`Book (${c.freeOnDate} free)`, async () => {
        const made = await post("/trials", { leadId: l.id, classroomSlotId: c.classroomSlotId, date: c.date ?? "" });
        close();
        return made;
      }, { said: `Trial of ${c.course.name} on ${day(c.date)} is booked.`, undo: (made) => post(`/trials/${made.id}/cancel`) })],
    "No free place in this course in the next two weeks.");
  });
}
