// Leads: the board by stage, the list with its filters, and a lead beside either.
import { all, ask, button, complain, day, div, empty, filters, get, given, go, h, heading, lane, lanes, may, me, named, nameOf, nearDay, note, number, oneOf, pager, param, patch, plus, post, refresh, Refusal, screen, span, table, tagged, to, toast, today, withQuery } from "../kit.js";
import { lead } from "./lead.js";

const BUCKETS = oneOf("overdue", "today", "upcoming");
const ON_THE_BOARD = 200;

const asked = () => given("stageId", "ownerId", "tag", "followUp", "search");

export const leads = screen({
  title: "Leads", needs: ["listLeads"], nav: "Work",
  load: async () => {
    const query = asked();
    const [counts, page] = await Promise.all([
      get("/leads/counts", query),
      get("/leads", { ...query, ...(param("view") === "list" ? { limit: 50 } : { limit: ON_THE_BOARD, followUpStatus: ["open"] }) }),
    ]);
    return { counts, page };
  },
  view: ({ counts, page }) => {
    const isList = param("view") === "list";
    return div(heading("Leads",
        h("div", { role: "group", "aria-label": "View", class: "actions" },
          button("Board", () => go(withQuery({ view: null, stageId: null })), { "aria-pressed": String(!isList) }), button("List", () => go(withQuery({ view: "list" })), { "aria-pressed": String(isList) })),
        may("createLead") && button("New lead", newLead, { class: "main" })),
      filters([
        ["search", "Search"],
        ["followUp", "Follow-up", BUCKETS.map((b) => [b, `${b} (${number(counts.byFollowUp[b])})`])],
        isList && ["stageId", "Stage", named(counts.byStage.map((s) => s.stage))],
        ["ownerId", "Owner", [[me().id, "mine"]]],
        ["tag", "Tag"],
      ]),
      isList ? list(page) : [page.nextCursor && note(`The first ${ON_THE_BOARD} leads; the list has all.`), board(counts, page.items)]);
  },
  beside: lead,
});

/** @param {LeadPage} page */
const list = (page) => pager(page, (cursor) => get("/leads", { ...asked(), limit: 50, cursor }), (items) => table("Leads", items, "No lead here. The next call makes one: New lead.", leadColumns, (l) => withQuery({ open: l.id })));

/** @type {Column<Lead>[]} */
export const leadColumns = [
  ["Name", (l) => l.name],
  ["Stage", (l) => l.stage.name, "narrow"],
  ["Follow-up", due, "narrow"],
  ["Owner", (l) => nameOf(l.owner, "nobody")],
  ["Phone", (l) => l.phone, "narrow"],
  ["Tags", (l) => tagged(l.tags)],
];

/** @param {Lead} l */
function due(l) {
  if (l.followUpStatus === "done") return "done";
  const isLate = l.followUpDate < today();
  return h("span", { class: isLate ? "late" : null }, nearDay(l.followUpDate), isLate && " (overdue)");
}

/** @param {LeadCounts} counts @param {Lead[]} items */
function board(counts, items) {
  const stages = counts.byStage.map((s) => s.stage);
  return lanes(counts.byStage.map(({ stage, count }) => {
    const inside = items.filter((l) => l.stageId === stage.id);
    const made = lane(stage.name, h("a", { href: to("leads", { view: "list", stageId: stage.id }), "aria-label": `${count} leads in ${stage.name}` }, number(count)),
      inside.length ? inside.map((l) => card(l, stages)) : empty(count ? "None to follow up." : "Empty."));
    const over = (is = false) => (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      made.classList.toggle("over", is);
    };
    made.addEventListener("dragover", over(true));
    made.addEventListener("dragleave", over(false));
    made.addEventListener("drop", (event) => {
      over(false)(event);
      const moved = items.find((l) => l.id === event.dataTransfer?.getData("text/plain"));
      if (moved && moved.stageId !== stage.id) void move(moved, stage.id);
    });
    return made;
  }));
}

/** @param {Lead} l @param {{ id: string, name: string }[]} stages */
function card(l, stages) {
  const canMove = may("updateLead");
  const made = h("article", { draggable: canMove ? "true" : null, class: "opens" },
    h("a", { id: `row-${l.id}`, href: withQuery({ open: l.id }), "aria-keyshortcuts": canMove ? "[ ]" : null, title: canMove ? "[ and ] move it a stage back and ahead" : null }, l.name),
    note(due(l), " · ", nameOf(l.owner, "nobody’s")),
    l.tags.length > 0 && span(tagged(l.tags)));
  made.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/plain", l.id));
  made.addEventListener("keydown", (event) => {
    const step = event.key === "]" ? 1 : event.key === "[" ? -1 : 0;
    const next = stages[stages.findIndex((s) => s.id === l.stageId) + step];
    if (canMove && step && next && !event.repeat) void move(l, next.id);
  });
  return made;
}

/**
 * Put a lead into another stage, at once and with a way back; a lost one is asked for its reason, a
 * won one is admitted.
 * @param {Lead} l @param {string} stageId
 */
export async function move(l, stageId) {
  try {
    const target = (await all("/lead-stages")).find((s) => s.id === stageId);
    if (target?.kind === "won" && !l.admissionId) {
      go(to("admit", { leadId: l.id }));
    } else if (target?.kind === "lost") {
      ask(`${l.name} is lost`, {
        action: `Move to ${target.name}`,
        fields: [["lostReason", "Why*"]],
        submit: ({ lostReason }) => patch(`/leads/${l.id}`, { stageId, lostReason }, l.version),
      });
    } else {
      const moved = await patch(`/leads/${l.id}`, { stageId }, l.version);
      await refresh();
      document.getElementById(`row-${l.id}`)?.focus();
      toast(`${l.name} is in ${moved.stage.name} now.`, () => patch(`/leads/${l.id}`, { stageId: l.stageId }, moved.version).then(refresh));
    }
  } catch (error) {
    if (!(error instanceof Refusal && error.code === "version_mismatch")) return complain(error);
    toast(`Somebody was faster: ${l.name} was changed meanwhile. This is how it is now.`);
    await refresh();
  }
}

/** @type {Field[]} */
export const PROFILE = [
  ["name", "Name*"],
  ["phone", "Phone", "tel"],
  ["email", "E-mail", "email"],
  ["guardianName", "Guardian"],
  ["age", "Age", "number", { min: 0, max: 120 }],
  ["source", "Source"],
  ["area", "Area"],
  ["community", "Community"],
  ["address", "Address"],
  ["expectedBudget", "Expected budget", "number", { min: 0, step: "any" }],
  ["walkInDate", "Walked in on", "date"],
];

async function newLead() {
  const stages = (await all("/lead-stages")).filter((s) => s.kind === "open");
  ask("New lead", {
    action: "Make the lead",
    value: { followUpDate: plus(today(), 1), stageId: stages[0]?.id },
    fields: [...PROFILE.slice(0, 3), ["followUpDate", "Follow up on*", "date"], ["stageId", "Stage*", named(stages)], ...PROFILE.slice(3, 6)],
    submit: async (values) => {
      const made = await post("/leads", values);
      go(withQuery({ open: made.id }));
      toast(`${made.name} is to be followed up ${day(made.followUpDate)}.`);
      if (made.possibleDuplicates.length) toast(`Perhaps known already: ${made.possibleDuplicates.map((d) => d.name).join(", ")}`);
    },
  });
}

