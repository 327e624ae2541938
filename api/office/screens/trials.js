// Trial classes: who comes on which date, and how it went.
import { act, actions, ask, button, given, link, listing, may, nameOf, nearDay, options, over, param, post, small, state, times, to, today } from "../kit.js";

export const trials = listing({
  title: "Trials", needs: ["listTrials"], nav: "Classes",
  path: "/trials",
  query: () => ({ ...(!param("date") && { status: ["booked"] }), ...given("date", "status") }),
  filters: () => [["date", "Date", "date"], ["status", "State", options(["booked", "attended", "missed", "cancelled"])]],
  empty: "No trial is booked. A lead’s page books one.",
  columns: [
    ["Who", (t) => link(to("leads", { open: t.lead.id }), nameOf(t.lead))],
    ["Day", (t) => nearDay(t.date), "narrow"],
    ["Time", (t) => times(t), "narrow"],
    ["Course", (t) => over(t.course.name, nameOf(t.teacher))],
    ["State", (t) => [state(t.status), t.note && small(` ${t.note}`)]],
    ["", (t) => t.status === "booked" && choices(t), "narrow"],
  ],
});

/** @param {Trial} t */
function choices(t) {
  /** @param {string} label @param {"attended" | "missed"} status */
  const went = (label, status) => button(label, () => ask(`${nameOf(t.lead)}: ${status}`, {
    action: "Record",
    fields: [["note", "How it went", "textarea"]],
    submit: (note) => post(`/trials/${t.id}/outcome`, { status, ...note }),
  }));
  return actions(t.date <= today() && may("recordTrialOutcome") && [went("Came", "attended"), went("Did not come", "missed")],
    may("cancelTrial") && act("Cancel the trial", () => post(`/trials/${t.id}/cancel`), { sure: `It tells ${nameOf(t.teacher, "the teacher")} and the lead’s owner.` }));
}
