// Days on which the school is closed: what that cancels and adds is shown before.
import { post, remove } from "../api.js";
import { div, p } from "../dom.js";
import { form } from "../forms.js";
import { day, number, today } from "../format.js";
import { act, button, dialog, listing, toast } from "../parts.js";
import { changesOf, conflictsOf } from "./effects.js";

export const closures = listing({
  title: "Closures",
  needs: ["createClosure"],
  nav: "School",
  path: "/v1/closures",
  query: () => ({ sort: /** @type {const} */ ("-startDate") }),
  head: (place) => button("Close the school", () => declare(place), { class: "main" }),
  empty: "No closure: classes are held on all opening days.",
  columns: (place) => [
    ["From", (c) => day(c.startDate), "narrow"],
    ["To", (c) => day(c.endDate), "narrow"],
    ["Why", (c) => c.reason],
    ["", (c) => c.endDate >= today() && act(place, "Open again", () => remove("/v1/closures/{closureId}", { path: { closureId: c.id } }), { sure: "What was cancelled stays cancelled; new classes can be held on these days again." }), "narrow"],
  ],
});

/** @param {Place} place */
function declare(place) {
  const shown = div();
  dialog("Close the school", (close) => [form({
    action: "Preview",
    fields: [
      { name: "startDate", label: "First day", type: "date", required: true, min: today() },
      { name: "endDate", label: "Last day", type: "date", required: true, min: today() },
      { name: "reason", label: "Why", required: true },
    ],
    submit: async ({ startDate, endDate, reason }) => {
      const body = { startDate, endDate, reason };
      const plan = await post("/v1/closures/preview", { body });
      shown.replaceChildren(conflictsOf(plan.conflicts),
        p(`Cancels ${number(plan.counts.classes)} classes of ${number(plan.counts.students)} students and adds as many at the end of their plans. It tells the students, the teachers and the owners.`),
        button("Close on these days", async () => {
          await post("/v1/closures", { body });
          close();
          await place.refresh();
          toast("Closed, and everybody concerned is told.");
        }, { class: "main" }),
        changesOf(plan.cancelled, plan.added));
    },
  }), shown]);
}
