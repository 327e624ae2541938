// One lead, beside the list: follow-up first, then what happened, then what is known.
import { all, get, patch, post, put, remove } from "../api.js";
import { actions, div, empty, li, p, rows, small, span, title } from "../dom.js";
import { form } from "../forms.js";
import { day, longDay, money, nearDay, plus, times, today, when, words } from "../format.js";
import { act, ask, button, chip, dialog, done, facts, link, nameOf, named, section, state } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may, me } from "../session.js";
import { PROFILE, move } from "./leads.js";

/** @typedef {Schemas["Lead"]} Lead */

/** @param {string} id @param {Place} place */
export async function lead(id, place) {
  const path = { leadId: id };
  const [l, timeline] = await Promise.all([
    get("/v1/leads/{leadId}", { path }),
    get("/v1/leads/{leadId}/timeline", { path, query: { limit: 30 } }),
  ]);
  const isOpen = l.followUpStatus === "open";
  const mayChange = may("updateLead") && (me().role !== "staff" || l.ownerId === me().id);
  return div(title(l.name),
    p(chip(l.stage.name), " ", l.tags.map((t) => [chip(t), " "]), l.admissionId && link(to("admissions", { open: l.admissionId }), "Admission")),
    !l.ownerId && me().role === "staff" && act(place, "Claim it", () => post("/v1/leads/{leadId}/assign", { path, body: { ownerId: me().id } }), { main: true, said: `${l.name} is yours.` }),
    isOpen && mayChange && followUp(l, place),
    mayChange && !l.admissionId && actions(link(to("admit", { leadId: id }), "Admit", "button"), button("Trial class", () => trial(l, place)), link(to("waiting", { leadId: id, new: 1 }), "Waiting list", "button")),
    l.possibleDuplicates.length > 0 && section("Perhaps the same person", rows(l.possibleDuplicates.map((d) => li(link(withQuery({ open: d.id }), d.name), small(`same ${d.matches}`))))),
    section("What happened", [
      (mayChange || me().role === "teacher") && form({
        action: "Add the note",
        fields: [{ name: "body", label: "Note", type: "textarea", required: true }],
        submit: async ({ body }) => {
          await post("/v1/leads/{leadId}/notes", { path, body: { body } });
          done();
          await place.refresh();
        },
      }),
      rows(timeline.items.map(happened)), !timeline.items.length && empty("Nothing yet.")]),
    section("Known", [
      facts([
        ["Phone", l.phone && link(`tel:${l.phone}`, l.phone)], ["E-mail", l.email && link(`mailto:${l.email}`, l.email)], ["Follow-up", isOpen ? nearDay(l.followUpDate) : "done"],
        ["Owner", nameOf(l.owner, "nobody")], ["Teacher", nameOf(l.assignedTeacher, "nobody")], ["Contacts", `${l.numberOfContactAttempts}${l.lastContactedDate ? `, last ${day(l.lastContactedDate)}` : ""}`],
        ["Guardian", l.guardianName], ["Age", l.age], ["Area", l.area], ["Community", l.community], ["Address", l.address], ["Source", l.source],
        ["Budget", l.expectedBudget === null ? null : money(l.expectedBudget)], ["Demo", l.demoDate && `${longDay(l.demoDate)}${l.demoConducted ? ", held" : ""}`], ["Lost because", l.lostReason],
      ]),
      mayChange && actions(button("Change", () => ask(place, `Change ${l.name}`, {
          value: l, fields: [...PROFILE, { name: "followUpDate", label: "Follow up on", type: "date", required: true }],
          current: () => get("/v1/leads/{leadId}", { path }), submit: (body, version) => patch("/v1/leads/{leadId}", { path, body, version }),
        })),
        button("Stage", async () => {
          const stages = await all("/v1/lead-stages");
          dialog(`Stage of ${l.name}`, (close) => rows(stages.map((s) => li(button(s.name, () => { close(); return move(l, s.id, place); }, { "aria-pressed": String(s.id === l.stageId) })))));
        }),
        button("Tags", () => ask(place, `Tags of ${l.name}`, {
          action: "Add the tag",
          above: actions(l.tags.map((tag) => act(place, `${tag} ×`, () => remove("/v1/leads/{leadId}/tags/{tag}", { path: { leadId: id, tag } }), { name: `Take ${tag} off` }))),
          fields: [{ name: "tag", label: "New tag", required: true }],
          submit: ({ tag }) => put("/v1/leads/{leadId}/tags/{tag}", { path: { leadId: id, tag } }),
        })),
        may("createLeadStage") && button("Owner", () => owner(l, place)),
        act(place, "Delete", async () => {
          await remove("/v1/leads/{leadId}", { path, version: l.version });
          go(withQuery({ open: null }));
        }, may("restoreLead") ? { said: `${l.name} is deleted.`, undo: () => post("/v1/leads/{leadId}/restore", { path }) } : { sure: `Only an admin brings ${l.name} back.` })),
    ]));
}

/** Done, or another day: two clicks from the list. @param {Lead} l @param {Place} place */
function followUp(l, place) {
  const path = { leadId: l.id };
  const again = (/** @type {string} */ followUpDate, /** @type {string | null} */ note = null) => post("/v1/leads/{leadId}/follow-up", { path, body: { outcome: "rescheduled", followUpDate, note } });
  const later = (/** @type {string} */ label, /** @type {number} */ days) => act(place, label, () => again(plus(today(), days)), {
    said: `Next follow-up of ${l.name}: ${nearDay(plus(today(), days))}.`, undo: () => patch("/v1/leads/{leadId}", { path, body: { followUpDate: l.followUpDate } }),
  });
  return section(`Follow up ${nearDay(l.followUpDate)}`, actions(act(place, "Done", () => post("/v1/leads/{leadId}/follow-up", { path, body: { outcome: "done" } }), { main: true, said: `Follow-up of ${l.name} is done.`, undo: () => again(l.followUpDate) }),
    later("Tomorrow", 1), later("In three days", 3), later("In a week", 7),
    button("Another day", () => ask(place, "Follow up again", {
      action: "Set the date",
      fields: [{ name: "followUpDate", label: "On", type: "date", required: true, min: today() }, { name: "note", label: "Note", type: "textarea" }],
      submit: ({ followUpDate, note }) => again(followUpDate, note),
    }))));
}

/** @param {Schemas["Happening"]} e */
function happened(e) {
  const value = (/** @type {typeof e.old} */ v, /** @type {string | null} */ name) => name ?? (v === null ? "nothing" : /^\d{4}-\d\d-\d\d$/.test(String(v)) ? day(String(v)) : String(v));
  const field = words((e.field ?? e.kind).replace(/Id$/, ""));
  const what = e.kind === "note" ? e.body
    : e.status ? [words(e.kind), " ", e.course?.name, e.date && `, ${day(e.date)}`, " ", state(e.status)]
      : e.field === "tags" ? (e.old === null ? `Tag ${e.new}` : `Tag ${e.old} taken off`)
        : `${field}: ${e.old === null ? "" : `${value(e.old, e.oldName)} → `}${value(e.new, e.newName)}`;
  return li(span(what), small([nameOf(e.actor, ""), when(e.at)].filter(Boolean).join(", ")));
}

/** @param {Lead} l @param {Place} place */
async function owner(l, place) {
  const [colleagues, teachers] = await Promise.all([
    all("/v1/users", { role: ["staff", "admin", "super_admin"], status: ["active"] }),
    all("/v1/users", { role: ["teacher"], status: ["active"] }),
  ]);
  ask(place, `Who looks after ${l.name}`, {
    action: "Save",
    value: { ownerId: l.ownerId, assignedTeacherId: l.assignedTeacherId },
    fields: [{ name: "ownerId", label: "Owner", type: "select", options: named(colleagues) }, { name: "assignedTeacherId", label: "Teacher", type: "select", options: named(teachers) }],
    submit: ({ ownerId, assignedTeacherId }) => post("/v1/leads/{leadId}/assign", { path: { leadId: l.id }, body: { ownerId, assignedTeacherId } }),
  });
}

/** Choose a class and a date for a trial. @param {Lead} l @param {Place} place */
async function trial(l, place) {
  const courses = await all("/v1/courses");
  const shown = div();
  dialog(`Trial class for ${l.name}`, (close) => [form({
    action: "Show the classes",
    fields: [{ name: "courseId", label: "Course", type: "select", required: true, options: named(courses) }],
    submit: async ({ courseId }) => {
      const { items } = await get("/v1/classroom", { query: { courseId: [courseId], from: today(), to: plus(today(), 13), limit: 200 } });
      const held = items.filter((c) => c.date && !c.isClosed && (c.freeOnDate ?? 0) > 0);
      shown.replaceChildren(held.length
        ? rows(held.map((c) => li(`${day(c.date)}, ${times(c.startTime, c.endTime)}, ${nameOf(c.teacher)}`,
          act(place, `Book (${c.freeOnDate} free)`, async () => {
            const made = await post("/v1/trials", { body: { leadId: l.id, classroomSlotId: c.classroomSlotId, date: c.date ?? "" } });
            close();
            return made;
          }, { said: `Trial on ${day(c.date)} is booked.`, undo: (made) => post("/v1/trials/{trialId}/cancel", { path: { trialId: made.id } }) }))))
        : empty("No free place in this course in the next two weeks."));
    },
  }), shown]);
}
