// Leads: the board by stage, the list with its filters, and a lead beside either.
import { Refusal, all, get, patch, post } from "../api.js";
import { div, h, span } from "../dom.js";
import { filters } from "../forms.js";
import { day, nearDay, number, plus, today } from "../format.js";
import { ask, button, chip, complain, given, heading, nameOf, named, pager, picked, table, toast } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may, me } from "../session.js";
import { lead } from "./lead.js";

const BUCKETS = /** @type {const} */ (["overdue", "today", "upcoming"]);
const ON_THE_BOARD = 200;

/** @param {Place} place */
const asked = ({ query: q }) => ({ ...given(q, "stageId", "ownerId", "tag"), ...picked(q, "followUp", BUCKETS), ...(q.get("search") && { search: q.get("search") ?? "" }) });

/** @type {Page<{ counts: Schemas["LeadCounts"], page: Schemas["LeadPage"] }>} */
export const leads = {
  title: "Leads",
  needs: ["listLeads"],
  nav: "Work",
  load: async (place) => {
    const query = asked(place);
    const [counts, page] = await Promise.all([
      get("/v1/leads/counts", { query }),
      get("/v1/leads", { query: { ...query, ...(place.query.get("view") === "list" ? { limit: 50 } : { limit: ON_THE_BOARD, followUpStatus: ["open"] }) } }),
    ]);
    return { counts, page };
  },
  view: ({ counts, page }, place) => {
    const isList = place.query.get("view") === "list";
    return div(heading("Leads",
        h("div", { role: "group", "aria-label": "View", class: "actions" },
          button("Board", () => go(withQuery({ view: null })), { "aria-pressed": String(!isList) }), button("List", () => go(withQuery({ view: "list" })), { "aria-pressed": String(isList) })),
        may("createLead") && button("New lead", () => newLead(place), { class: "main" })),
      filters([
        { name: "search", label: "Search" },
        { name: "followUp", label: "Follow-up", type: "select", options: BUCKETS.map((b) => [b, `${b} (${number(counts.byFollowUp[b])})`]) },
        ...(isList ? [{ name: "stageId", label: "Stage", type: /** @type {const} */ ("select"), options: named(counts.byStage.map((s) => s.stage)) }] : []),
        { name: "ownerId", label: "Owner", type: "select", options: [[me().id, "mine"]] },
        { name: "tag", label: "Tag" },
      ], place.query, (values) => go(withQuery({ ...values, open: null }), { replace: true })),
      isList ? list(page, place) : board(counts, page.items, place));
  },
  beside: lead,
};

/** @param {Schemas["LeadPage"]} page @param {Place} place */
const list = (page, place) => pager(page, (cursor) => get("/v1/leads", { query: { ...asked(place), limit: 50, cursor } }), (items) => table({
  label: "Leads",
  items,
  open: place.query.get("open"),
  address: (l) => withQuery({ open: l.id }),
  empty: "No lead here. The next call makes one: New lead.",
  columns: leadColumns,
}));

/** @type {Column<Schemas["Lead"]>[]} */
export const leadColumns = [
  ["Name", (l) => l.name],
  ["Stage", (l) => l.stage.name, "narrow"],
  ["Follow-up", due, "narrow"],
  ["Owner", (l) => nameOf(l.owner, "nobody")],
  ["Phone", (l) => l.phone, "narrow"],
  ["Tags", (l) => l.tags.map((t) => [chip(t), " "])],
];

/** @param {Schemas["Lead"]} l */
function due(l) {
  if (l.followUpStatus === "done") return "done";
  const isLate = l.followUpDate < today();
  return h("span", { class: isLate ? "late" : null }, nearDay(l.followUpDate), isLate && " (overdue)");
}

/** @param {Schemas["LeadCounts"]} counts @param {Schemas["Lead"][]} items @param {Place} place */
function board(counts, items, place) {
  const stages = counts.byStage.map((s) => s.stage);
  return h("div", { class: "board" }, counts.byStage.map(({ stage, count }) => {
    const inside = items.filter((l) => l.stageId === stage.id);
    const lane = h("section", { class: "lane", "aria-label": stage.name },
      h("header", null, h("h2", null, stage.name), h("a", { href: to("leads", { view: "list", stageId: stage.id }), "aria-label": `${count} leads in ${stage.name}` }, number(count))),
      inside.map((l) => card(l, stages, place)),
      !inside.length && h("p", { class: "empty note" }, count ? "None to follow up." : "Empty."));
    const over = (/** @type {boolean} */ is) => (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      lane.classList.toggle("over", is);
    };
    lane.addEventListener("dragover", over(true));
    lane.addEventListener("dragleave", over(false));
    lane.addEventListener("drop", (event) => {
      over(false)(event);
      const moved = items.find((l) => l.id === event.dataTransfer?.getData("text/plain"));
      if (moved && moved.stageId !== stage.id) void move(moved, stage.id, place);
    });
    return lane;
  }));
}

/** @param {Schemas["Lead"]} l @param {{ id: string, name: string }[]} stages @param {Place} place */
function card(l, stages, place) {
  const canMove = may("updateLead");
  const made = h("article", { draggable: canMove ? "true" : null, class: "opens" },
    h("a", { id: `row-${l.id}`, href: withQuery({ open: l.id }), "aria-keyshortcuts": canMove ? "[ ]" : null, title: canMove ? "[ and ] move it a stage back and ahead" : null }, l.name),
    h("span", { class: "note" }, due(l), " · ", nameOf(l.owner, "nobody’s")),
    l.tags.length > 0 && span(l.tags.map((t) => [chip(t), " "])));
  made.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/plain", l.id));
  made.addEventListener("keydown", (event) => {
    const step = event.key === "]" ? 1 : event.key === "[" ? -1 : 0;
    const next = stages[stages.findIndex((s) => s.id === l.stageId) + step];
    if (canMove && step && next) void move(l, next.id, place);
  });
  return made;
}

/**
 * Put a lead into another stage, at once and with a way back; a lost one is asked for its reason, a
 * won one is admitted.
 * @param {Schemas["Lead"]} l @param {string} stageId @param {Place} place
 */
export async function move(l, stageId, place) {
  const path = { leadId: l.id };
  try {
    const target = (await all("/v1/lead-stages")).find((s) => s.id === stageId);
    if (target?.kind === "won" && !l.admissionId) {
      go(to("admit", { leadId: l.id }));
    } else if (target?.kind === "lost") {
      ask(place, `${l.name} is lost`, {
        action: `Move to ${target.name}`,
        fields: [{ name: "lostReason", label: "Why", required: true }],
        submit: ({ lostReason }) => patch("/v1/leads/{leadId}", { path, body: { stageId, lostReason }, version: l.version }),
      });
    } else {
      const moved = await patch("/v1/leads/{leadId}", { path, body: { stageId }, version: l.version });
      await place.refresh();
      document.getElementById(`row-${l.id}`)?.focus();
      toast(`${l.name} is in ${moved.stage.name} now.`, () => patch("/v1/leads/{leadId}", { path, body: { stageId: l.stageId }, version: moved.version }).then(place.refresh));
    }
  } catch (error) {
    if (!(error instanceof Refusal && error.code === "version_mismatch")) return complain(error);
    toast(`Somebody was faster: ${l.name} was changed meanwhile. This is how it is now.`);
    await place.refresh();
  }
}

/** @type {Field[]} */
export const PROFILE = [
  { name: "name", label: "Name", required: true },
  { name: "phone", label: "Phone", type: "tel" },
  { name: "email", label: "E-mail", type: "email" },
  { name: "guardianName", label: "Guardian" },
  { name: "age", label: "Age", type: "number", min: 0, max: 120 },
  { name: "source", label: "Source" },
  { name: "area", label: "Area" },
  { name: "community", label: "Community" },
  { name: "address", label: "Address" },
  { name: "expectedBudget", label: "Expected budget", type: "number", min: 0, step: "any" },
  { name: "walkInDate", label: "Walked in on", type: "date" },
];

/** @param {Place} place */
async function newLead(place) {
  const stages = (await all("/v1/lead-stages")).filter((s) => s.kind === "open");
  ask(place, "New lead", {
    action: "Make the lead",
    value: { followUpDate: plus(today(), 1), stageId: stages[0]?.id },
    fields: [...PROFILE.slice(0, 3), { name: "followUpDate", label: "Follow up on", type: "date", required: true }, { name: "stageId", label: "Stage", type: "select", required: true, options: named(stages) }, ...PROFILE.slice(3, 6)],
    submit: async ({ name, phone, email, followUpDate, stageId, guardianName, age, source }) => {
      const made = await post("/v1/leads", { body: { name, phone, email, followUpDate, stageId, guardianName, age, source } });
      go(withQuery({ open: made.id }));
      toast(`${made.name} is to be followed up ${day(made.followUpDate)}.`);
      if (made.possibleDuplicates.length) toast(`Perhaps known already: ${made.possibleDuplicates.map((d) => d.name).join(", ")}`);
    },
  });
}

