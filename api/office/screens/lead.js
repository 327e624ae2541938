// One lead, beside the list: follow-up first, then what happened, then what is known.
import { all, get, patch, post, put, remove } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { day, longDay, money, nearDay, plus, times, today, when, words } from "../format.js";
import { button, chip, dialog, facts, link, nameOf, section, state, toast } from "../parts.js";
import { to, withQuery } from "../router.js";
import { may, me } from "../session.js";
import { PROFILE, move } from "./leads.js";

/** @typedef {import("../types").Schemas["Lead"]} Lead */
/** @typedef {import("../types").Schemas["Happening"]} Happening */
/** @typedef {import("../types").Place} Place */

/** @param {string} id @param {Place} place */
export async function lead(id, place) {
  const path = { leadId: id };
  const [l, timeline] = await Promise.all([
    get("/v1/leads/{leadId}", { path, signal: place.signal }),
    get("/v1/leads/{leadId}/timeline", { path, query: { limit: 30 }, signal: place.signal }),
  ]);
  const isOpen = l.followUpStatus === "open";
  const mayChange = may("updateLead") && (me().role !== "staff" || l.ownerId === me().id);
  return h("div", null,
    h("h2", { tabindex: -1 }, l.name),
    h("p", null, chip(l.stage.name), " ", l.tags.map((t) => [chip(t), " "]), l.admissionId && link(to("admissions", { open: l.admissionId }), "Admission")),
    !l.ownerId && may("assignLead") && me().role === "staff" && button("Claim it", async () => {
      await post("/v1/leads/{leadId}/assign", { path, body: { ownerId: me().id } });
      toast(`${l.name} is yours.`);
      await place.refresh();
    }, { class: "main" }),
    isOpen && mayChange && followUp(l, place),
    mayChange && h("div", { class: "actions" },
      !l.admissionId && may("createAdmission") && link(to("admit", { leadId: id }), "Admit", "button"),
      !l.admissionId && may("createTrial") && button("Trial class", () => trial(l, place)),
      !l.admissionId && may("createWaitlistEntry") && link(to("waiting", { leadId: id, new: 1 }), "Waiting list", "button")),
    l.possibleDuplicates.length > 0 && section("Perhaps the same person", h("ul", { class: "rows" }, l.possibleDuplicates.map((d) =>
      h("li", null, d.name ? link(withQuery({ open: d.id }), d.name) : "Another’s lead", h("small", null, `same ${d.matches}`))))),
    section("What happened", [mayChange || may("addLeadNote") ? note(l, place) : null, h("ul", { class: "rows" }, timeline.items.map(happened)), !timeline.items.length && h("p", { class: "empty" }, "Nothing yet.")]),
    section("Known", [
      facts([
        ["Phone", l.phone && link(`tel:${l.phone}`, l.phone)],
        ["E-mail", l.email && link(`mailto:${l.email}`, l.email)],
        ["Follow-up", isOpen ? nearDay(l.followUpDate) : "done"],
        ["Owner", nameOf(l.owner, "nobody")],
        ["Teacher", nameOf(l.assignedTeacher, "nobody")],
        ["Contacts", `${l.numberOfContactAttempts}${l.lastContactedDate ? `, last ${day(l.lastContactedDate)}` : ""}`],
        ["Guardian", l.guardianName], ["Age", l.age], ["Area", l.area], ["Community", l.community], ["Address", l.address],
        ["Source", l.source], ["Budget", l.expectedBudget === null ? null : money(l.expectedBudget)], ["Demo", l.demoDate && `${longDay(l.demoDate)}${l.demoConducted ? ", held" : ""}`], ["Lost because", l.lostReason],
      ]),
      mayChange && h("div", { class: "actions" }, button("Change", () => change(l, place)), button("Stage", () => stage(l, place)), button("Tags", () => tags(l, place)),
        may("createLeadStage") && button("Owner", () => owner(l, place)),
        may("deleteLead") && button("Delete", async () => {
          await remove("/v1/leads/{leadId}", { path, version: l.version });
          location.hash = withQuery({ open: null });
          toast(`${l.name} is deleted.`, may("restoreLead") ? () => post("/v1/leads/{leadId}/restore", { path }).then(place.refresh) : undefined);
          await place.refresh();
        })),
    ]));
}

/** Done, or another day: two clicks from the list. @param {Lead} l @param {Place} place */
function followUp(l, place) {
  const path = { leadId: l.id };
  /** @param {string} date */
  const later = (date) => async () => {
    await post("/v1/leads/{leadId}/follow-up", { path, body: { outcome: "rescheduled", followUpDate: date } });
    toast(`Next follow-up of ${l.name}: ${nearDay(date)}.`, () => patch("/v1/leads/{leadId}", { path, body: { followUpDate: l.followUpDate } }).then(place.refresh));
    await place.refresh();
  };
  return section(`Follow up ${nearDay(l.followUpDate)}`, h("div", { class: "actions" },
    button("Done", async () => {
      await post("/v1/leads/{leadId}/follow-up", { path, body: { outcome: "done" } });
      toast(`Follow-up of ${l.name} is done.`, () => post("/v1/leads/{leadId}/follow-up", { path, body: { outcome: "rescheduled", followUpDate: l.followUpDate } }).then(place.refresh));
      await place.refresh();
    }, { class: "main" }),
    button("Tomorrow", later(plus(today(), 1))), button("In three days", later(plus(today(), 3))), button("In a week", later(plus(today(), 7))),
    button("Another day", () => {
      dialog("Follow up again", (close) => form({
        action: "Set the date",
        fields: [{ name: "followUpDate", label: "On", type: "date", required: true, min: today() }, { name: "note", label: "Note", type: "textarea" }],
        submit: async ({ followUpDate, note: said }) => {
          await post("/v1/leads/{leadId}/follow-up", { path, body: { outcome: "rescheduled", followUpDate, ...(said && { note: said }) } });
          close();
          await place.refresh();
        },
      }));
    })));
}

/** @param {Lead} l @param {Place} place */
function note(l, place) {
  return form({
    action: "Add the note",
    fields: [{ name: "body", label: "Note", type: "textarea", required: true }],
    submit: async ({ body }) => {
      await post("/v1/leads/{leadId}/notes", { path: { leadId: l.id }, body: { body } });
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      await place.refresh();
    },
  });
}

/** @param {Happening} e */
function happened(e) {
  const value = (/** @type {Happening["old"]} */ v, /** @type {string | null} */ name) => name ?? (v === null ? "nothing" : /^\d{4}-\d\d-\d\d$/.test(String(v)) ? day(String(v)) : String(v));
  const what = e.kind === "note" ? e.body
    : e.status ? [words(e.kind), " ", e.course?.name, e.date && `, ${day(e.date)}`, " ", state(e.status)]
      : e.field === "tags" ? (e.old === null ? `Tag ${e.new}` : `Tag ${e.old} taken off`)
        : e.old === null ? `${words(e.field ?? e.kind)}: ${value(e.new, e.newName)}`
          : `${words(e.field ?? e.kind)}: ${value(e.old, e.oldName)} → ${value(e.new, e.newName)}`;
  return h("li", null, h("span", null, what), h("small", null, [nameOf(e.actor, ""), when(e.at)].filter(Boolean).join(", ")));
}

/** @param {Lead} l @param {Place} place */
async function change(l, place) {
  const path = { leadId: l.id };
  dialog(`Change ${l.name}`, (close) => form({
    action: "Save",
    value: l,
    onlyChanges: true,
    fields: [...PROFILE, { name: "followUpDate", label: "Follow up on", type: "date", required: true }],
    current: () => get("/v1/leads/{leadId}", { path }),
    submit: async (values, version) => {
      await patch("/v1/leads/{leadId}", { path, body: values, ...(version !== undefined && { version }) });
      close();
      await place.refresh();
    },
  }));
}

/** @param {Lead} l @param {Place} place */
async function stage(l, place) {
  const stages = await all("/v1/lead-stages");
  dialog(`Stage of ${l.name}`, (close) => h("ul", { class: "rows" }, stages.map((s) => h("li", null, button(s.name, async () => {
    close();
    await move(l, s.id, place);
  }, { "aria-pressed": String(s.id === l.stageId) })))));
}

/** @param {Lead} l @param {Place} place */
function tags(l, place) {
  dialog(`Tags of ${l.name}`, (close) => [
    h("div", { class: "actions" }, l.tags.map((tag) => button(`${tag} ×`, async () => {
      await remove("/v1/leads/{leadId}/tags/{tag}", { path: { leadId: l.id, tag } });
      close();
      await place.refresh();
    }, { "aria-label": `Take ${tag} off` }))),
    form({
      action: "Add the tag",
      fields: [{ name: "tag", label: "New tag", required: true }],
      submit: async ({ tag }) => {
        await put("/v1/leads/{leadId}/tags/{tag}", { path: { leadId: l.id, tag } });
        close();
        await place.refresh();
      },
    }),
  ]);
}

/** @param {Lead} l @param {Place} place */
async function owner(l, place) {
  const [colleagues, teachers] = await Promise.all([
    all("/v1/users", { role: ["staff", "admin", "super_admin"], status: ["active"] }),
    all("/v1/users", { role: ["teacher"], status: ["active"] }),
  ]);
  /** @param {{ id: string, name: string }[]} people @returns {[string, string][]} */
  const names = (people) => people.map((u) => [u.id, u.name]);
  dialog(`Who looks after ${l.name}`, (close) => form({
    action: "Save",
    value: { ownerId: l.ownerId ?? undefined, assignedTeacherId: l.assignedTeacherId ?? undefined },
    fields: [
      { name: "ownerId", label: "Owner", type: "select", options: names(colleagues) },
      { name: "assignedTeacherId", label: "Teacher", type: "select", options: names(teachers) },
    ],
    submit: async ({ ownerId, assignedTeacherId }) => {
      await post("/v1/leads/{leadId}/assign", { path: { leadId: l.id }, body: { ownerId, assignedTeacherId } });
      close();
      await place.refresh();
    },
  }));
}

/** Choose a class and a date for a trial. @param {Lead} l @param {Place} place */
async function trial(l, place) {
  const courses = await all("/v1/courses");
  const shown = h("div", null);
  const from = today();
  /** @param {string} courseId */
  async function choose(courseId) {
    const held = (await get("/v1/classroom", { query: { courseId: [courseId], from, to: plus(from, 13), limit: 200 } })).items.filter((c) => !c.isClosed && (c.freeOnDate ?? 0) > 0 && c.date);
    shown.replaceChildren(held.length
      ? h("ul", { class: "rows" }, held.map((c) => h("li", null, h("span", null, `${day(c.date)}, ${times(c.startTime, c.endTime)}, ${nameOf(c.teacher)}`), button(`Book (${c.freeOnDate} free)`, async () => {
        const made = await post("/v1/trials", { body: { leadId: l.id, classroomSlotId: c.classroomSlotId, date: c.date ?? "" } });
        box.close();
        await place.refresh();
        toast(`Trial on ${day(made.date)} is booked.`, () => post("/v1/trials/{trialId}/cancel", { path: { trialId: made.id } }).then(place.refresh));
      }))))
      : h("p", { class: "empty" }, "No free place in this course in the next two weeks."));
  }
  const box = dialog(`Trial class for ${l.name}`, () => [
    form({ action: "Show the classes", fields: [{ name: "courseId", label: "Course", type: "select", required: true, options: courses.map((c) => [c.id, c.name]) }], submit: ({ courseId }) => choose(courseId) }),
    shown,
  ]);
}

