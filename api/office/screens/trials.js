// Trial classes: who comes on which date, and how it went.
import { post } from "../api.js";
import { actions, br, small } from "../dom.js";
import { nearDay, times, today } from "../format.js";
import { act, ask, button, given, link, listing, nameOf, options, picked, state } from "../parts.js";
import { to } from "../router.js";
import { may } from "../session.js";

const STATES = /** @type {const} */ (["booked", "attended", "missed", "cancelled"]);

export const trials = listing({
  title: "Trials",
  needs: ["listTrials"],
  nav: "Classes",
  path: "/v1/trials",
  query: (q) => ({ ...given(q, "date"), ...picked(q, "status", STATES, q.get("date") ? undefined : ["booked"]) }),
  filters: () => [{ name: "date", label: "Date", type: "date" }, { name: "status", label: "State", type: "select", options: options(STATES) }],
  empty: "No trial is booked. A lead’s page books one.",
  columns: (place) => [
    ["Who", (t) => link(to("leads", { open: t.lead.id }), nameOf(t.lead))],
    ["Day", (t) => nearDay(t.date), "narrow"],
    ["Time", (t) => times(t.startTime, t.endTime), "narrow"],
    ["Course", (t) => [t.course.name, br(), small(nameOf(t.teacher))]],
    ["State", (t) => [state(t.status), t.note && small(` ${t.note}`)]],
    ["", (t) => t.status === "booked" && choices(t, place), "narrow"],
  ],
});

/** @param {Schemas["Trial"]} t @param {Place} place */
function choices(t, place) {
  const path = { trialId: t.id };
  /** @param {string} label @param {"attended" | "missed"} status */
  const went = (label, status) => button(label, () => ask(place, `${nameOf(t.lead)}: ${status}`, {
    action: "Record",
    fields: [{ name: "note", label: "How it went", type: "textarea" }],
    submit: ({ note }) => post("/v1/trials/{trialId}/outcome", { path, body: { status, note } }),
  }));
  return actions(t.date <= today() && may("recordTrialOutcome") && [went("Came", "attended"), went("Did not come", "missed")],
    may("cancelTrial") && act(place, "Cancel the trial", () => post("/v1/trials/{trialId}/cancel", { path }), { sure: `It tells ${nameOf(t.teacher, "the teacher")} and the lead’s owner.` }));
}
