// Leads: the board by stage, the list with its filters, and a lead beside either.
import { Refusal, all, get, patch, post } from "../api.js";
import { h } from "../dom.js";
import { filters, form } from "../forms.js";
import { day, nearDay, number, plus, today } from "../format.js";
import { chip, complain, dialog, heading, nameOf, table, toast } from "../parts.js";
import { go, here, to, withQuery } from "../router.js";
import { may, me } from "../session.js";
import { lead } from "./lead.js";
import { pager } from "./pager.js";

/** @typedef {import("../types").Schemas["Lead"]} Lead */
/** @typedef {import("../types").Place} Place */

const BUCKETS = /** @type {const} */ (["overdue", "today", "upcoming"]);
const ON_THE_BOARD = 200;

/** @param {Place} place */
function asked({ query }) {
  const bucket = BUCKETS.find((b) => b === query.get("followUp"));
  return {
    ...(query.get("search") && { search: query.get("search") ?? "" }),
    ...(query.get("stageId") && { stageId: [query.get("stageId") ?? ""] }),
    ...(query.get("ownerId") && { ownerId: [query.get("ownerId") ?? ""] }),
    ...(query.get("tag") && { tag: [query.get("tag") ?? ""] }),
    ...(bucket && { followUp: [bucket] }),
  };
}

/** @type {import("../types").Screen<{ counts: import("../types").Schemas["LeadCounts"], page: import("../types").Schemas["LeadPage"] }>} */
export const leads = {
  title: "Leads",
  needs: ["listLeads"],
  nav: { label: "Leads", key: "l", section: "Work" },
  load: async (place) => {
    const query = asked(place);
    const isBoard = place.query.get("view") !== "list";
    const [counts, page] = await Promise.all([
      get("/v1/leads/counts", { query, signal: place.signal }),
      get("/v1/leads", { query: { ...query, limit: isBoard ? ON_THE_BOARD : 50, count: true, ...(isBoard && { followUpStatus: ["open"] }) }, signal: place.signal }),
    ]);
    return { counts, page };
  },
  view: ({ counts, page }, place) => {
    const isBoard = place.query.get("view") !== "list";
    const stages = counts.byStage.map((s) => s.stage);
    return h("div", null,
      heading("Leads",
        h("div", { role: "group", "aria-label": "View", class: "actions" },
          h("button", { type: "button", "aria-pressed": String(isBoard), onclick: () => go(withQuery({ view: null })) }, "Board"),
          h("button", { type: "button", "aria-pressed": String(!isBoard), onclick: () => go(withQuery({ view: "list" })) }, "List")),
        may("createLead") && h("button", { type: "button", class: "main", onclick: () => newLead() }, "New lead")),
      filters([
        { name: "search", label: "Search" },
        { name: "followUp", label: "Follow-up", type: "select", options: BUCKETS.map((b) => [b, `${b} (${number(counts.byFollowUp[b])})`]) },
        ...(isBoard ? [] : [{ name: "stageId", label: "Stage", type: /** @type {const} */ ("select"), options: stages.map((s) => /** @type {[string, string]} */ ([s.id, s.name])) }]),
        { name: "ownerId", label: "Owner", type: "select", options: [[me().id, "mine"]] },
        { name: "tag", label: "Tag" },
      ], place.query, (values) => go(withQuery({ ...values, open: null }), { replace: true })),
      isBoard ? board(counts, page.items, place) : list(page, place));
  },
  beside: lead,
};

/** @param {import("../types").Schemas["LeadPage"]} page @param {Place} place */
function list(page, place) {
  return pager(page, (cursor) => get("/v1/leads", { query: { ...asked(place), limit: 50, cursor } }), (items) =>
    table({
      label: "Leads",
      items,
      open: place.query.get("open"),
      address: (l) => withQuery({ open: l.id }),
      empty: ["No lead here. ", may("createLead") && "The first call of the day makes one: New lead."],
      columns: [
        { label: "Name", cell: (l) => l.name },
        { label: "Stage", cell: (l) => l.stage.name, kind: "narrow" },
        { label: "Follow-up", cell: due, kind: "narrow" },
        { label: "Owner", cell: (l) => nameOf(l.owner, "nobody") },
        { label: "Phone", cell: (l) => l.phone, kind: "narrow" },
        { label: "Tags", cell: (l) => l.tags.map((t) => [chip(t), " "]) },
      ],
    }));
}

/** @param {Lead} l */
function due(l) {
  if (l.followUpStatus === "done") return "done";
  return h("span", { class: l.followUpDate < today() ? "late" : null }, nearDay(l.followUpDate), l.followUpDate < today() && " (overdue)");
}

/** @param {import("../types").Schemas["LeadCounts"]} counts @param {Lead[]} items @param {Place} place */
function board(counts, items, place) {
  const canMove = may("updateLead");
  const stages = counts.byStage.map((s) => s.stage);
  return h("div", { class: "board" }, counts.byStage.map(({ stage, count }) => {
    const inside = items.filter((l) => l.stageId === stage.id);
    const lane = h("section", { class: "lane", "aria-label": stage.name },
      h("header", null, h("h2", null, stage.name), h("a", { href: to("leads", { view: "list", stageId: stage.id }), "aria-label": `${count} leads in ${stage.name}` }, number(count))),
      inside.map((l) => card(l, stages, canMove, place)),
      !inside.length && h("p", { class: "empty note" }, count ? "None to follow up." : "Empty."));
    lane.addEventListener("dragover", (event) => {
      event.preventDefault();
      lane.classList.add("over");
    });
    lane.addEventListener("dragleave", () => lane.classList.remove("over"));
    lane.addEventListener("drop", async (event) => {
      event.preventDefault();
      lane.classList.remove("over");
      const moved = items.find((l) => l.id === event.dataTransfer?.getData("text/plain"));
      if (moved && moved.stageId !== stage.id) await move(moved, stage.id, place);
    });
    return lane;
  }));
}

/** @param {Lead} l @param {{ id: string, name: string }[]} stages @param {boolean} canMove @param {Place} place */
function card(l, stages, canMove, place) {
  const made = h("article", { draggable: canMove ? "true" : null, class: "opens" },
    h("a", { id: `row-${l.id}`, href: withQuery({ open: l.id }), "aria-keyshortcuts": canMove ? "[ ]" : null, title: canMove ? "[ and ] move it a stage back and ahead" : null }, l.name),
    h("span", { class: "note" }, due(l), " · ", nameOf(l.owner, "nobody’s")),
    l.tags.length > 0 && h("span", null, l.tags.map((t) => [chip(t), " "])));
  made.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/plain", l.id));
  made.addEventListener("keydown", async (event) => {
    const step = event.key === "]" ? 1 : event.key === "[" ? -1 : 0;
    const next = stages[stages.findIndex((s) => s.id === l.stageId) + step];
    if (canMove && step && next) await move(l, next.id, place);
  });
  return made;
}

/**
 * Put a lead into another stage, at once and with a way back; a lost one is asked for its reason, a
 * won one is admitted.
 * @param {Lead} l @param {string} stageId @param {Place} place
 */
export async function move(l, stageId, place) {
  const stages = await all("/v1/lead-stages");
  const target = stages.find((s) => s.id === stageId);
  if (target?.kind === "won" && !l.admissionId) {
    go(to("admit", { leadId: l.id }));
    return;
  }
  if (target?.kind === "lost") {
    dialog(`${l.name} is lost`, (close) => form({
      action: "Move to " + target.name,
      fields: [{ name: "lostReason", label: "Why", required: true }],
      submit: async ({ lostReason }) => {
        await patch("/v1/leads/{leadId}", { path: { leadId: l.id }, body: { stageId, lostReason }, version: l.version });
        close();
        await place.refresh();
      },
    }));
    return;
  }
  try {
    const moved = await patch("/v1/leads/{leadId}", { path: { leadId: l.id }, body: { stageId }, version: l.version });
    await place.refresh();
    document.getElementById(`row-${l.id}`)?.focus();
    toast(`${l.name} is in ${moved.stage.name} now.`, async () => {
      await patch("/v1/leads/{leadId}", { path: { leadId: l.id }, body: { stageId: l.stageId }, version: moved.version });
      await place.refresh();
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === "version_mismatch") {
      toast(`Somebody was faster: ${l.name} was changed meanwhile. This is how it is now.`);
      await place.refresh();
    } else complain(error);
  }
}

/** @type {import("../forms.js").Field[]} */
export const PROFILE = [
  { name: "name", label: "Name", required: true },
  { name: "phone", label: "Phone", type: "tel" },
  { name: "email", label: "E-mail", type: "email" },
  { name: "guardianName", label: "Guardian" },
  { name: "age", label: "Age", type: "number", min: 0, max: 120 },
  { name: "area", label: "Area" },
  { name: "community", label: "Community" },
  { name: "address", label: "Address" },
  { name: "source", label: "Source" },
  { name: "expectedBudget", label: "Expected budget", type: "number", min: 0, step: "any" },
  { name: "walkInDate", label: "Walked in on", type: "date" },
];

async function newLead() {
  const stages = await all("/v1/lead-stages");
  dialog("New lead", (close) => form({
    action: "Make the lead",
    value: { followUpDate: plus(today(), 1), stageId: stages.find((s) => s.kind === "open")?.id },
    fields: [
      ...PROFILE.slice(0, 3),
      { name: "followUpDate", label: "Follow up on", type: "date", required: true },
      { name: "stageId", label: "Stage", type: "select", required: true, options: stages.filter((s) => s.kind === "open").map((s) => [s.id, s.name]) },
      ...PROFILE.slice(3, 5),
      { name: "source", label: "Source" },
    ],
    submit: async (values) => {
      const { name, phone, email, followUpDate, stageId, guardianName, age, source } = values;
      const made = await post("/v1/leads", { body: { name, phone, email, followUpDate, stageId, guardianName, age, source } });
      close();
      go(to("leads", { ...Object.fromEntries(here().query), open: made.id }));
      toast(`${made.name} is to be followed up ${day(made.followUpDate)}.`);
      if (made.possibleDuplicates.length) toast(`Perhaps known already: ${made.possibleDuplicates.map((d) => d.name ?? "another’s lead").join(", ")}`);
    },
  }));
}

