// Trial classes: who comes on which date, and how it went.
import { get, post } from "../api.js";
import { h } from "../dom.js";
import { filters, form } from "../forms.js";
import { nearDay, times, today } from "../format.js";
import { button, confirmed, dialog, heading, link, nameOf, state, table } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { pager } from "./pager.js";

/** @typedef {import("../types").Schemas["Trial"]} Trial */
/** @typedef {import("../types").Place} Place */

const STATES = /** @type {const} */ (["booked", "attended", "missed", "cancelled"]);

/** @param {Place} place */
function query({ query: q }) {
  const status = STATES.find((s) => s === q.get("status"));
  return { limit: 50, ...(q.get("date") ? { date: [q.get("date") ?? ""] } : {}), ...(status ? { status: [status] } : q.get("date") ? {} : { status: [/** @type {const} */ ("booked")] }) };
}

/** @type {import("../types").Screen<import("../types").Schemas["TrialPage"]>} */
export const trials = {
  title: "Trials",
  needs: ["listTrials"],
  nav: { label: "Trials", key: "t", section: "Classes" },
  load: (place) => get("/v1/trials", { query: query(place), signal: place.signal }),
  view: (page, place) => h("div", null,
    heading("Trials"),
    filters([{ name: "date", label: "Date", type: "date" }, { name: "status", label: "State", type: "select", options: STATES.map((s) => [s, s]) }], place.query, (v) => go(withQuery(v), { replace: true })),
    pager(page, (cursor) => get("/v1/trials", { query: { ...query(place), cursor } }), (items) => table({
      label: "Trials",
      items,
      empty: "No trial is booked. A lead’s page books one.",
      columns: [
        { label: "Who", cell: (t) => (may("getLead") ? link(to("leads", { open: t.lead.id }), nameOf(t.lead)) : nameOf(t.lead)) },
        { label: "Day", cell: (t) => nearDay(t.date), kind: "narrow" },
        { label: "Time", cell: (t) => times(t.startTime, t.endTime), kind: "narrow" },
        { label: "Course", cell: (t) => [t.course.name, h("br"), h("small", null, nameOf(t.teacher))] },
        { label: "State", cell: (t) => [state(t.status), t.note && h("small", null, ` ${t.note}`)] },
        { label: "", cell: (t) => t.status === "booked" && actions(t, place), kind: "narrow" },
      ],
    }))),
};

/** @param {Trial} t @param {Place} place */
function actions(t, place) {
  const path = { trialId: t.id };
  /** @param {"attended" | "missed"} status */
  const went = (status) => button(status === "attended" ? "Came" : "Did not come", () => {
    dialog(`${nameOf(t.lead)}: ${status}`, (close) => form({
      action: "Record",
      fields: [{ name: "note", label: "How it went", type: "textarea" }],
      submit: async ({ note }) => {
        await post("/v1/trials/{trialId}/outcome", { path, body: { status, ...(note && { note }) } });
        close();
        await place.refresh();
      },
    }));
  });
  return h("div", { class: "actions" },
    t.date <= today() && may("recordTrialOutcome") && [went("attended"), went("missed")],
    may("cancelTrial") && button("Cancel", async () => {
      if (!(await confirmed("Cancel the trial", h("p", null, `It tells ${nameOf(t.teacher, "the teacher")} and the lead’s owner.`), "Cancel the trial"))) return;
      await post("/v1/trials/{trialId}/cancel", { path });
      await place.refresh();
    }));
}
