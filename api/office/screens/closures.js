// Days on which the school is closed: what that cancels and adds is shown before.
import { act, button, day, listing, number, p, remove, today } from "../kit.js";
import { changesOf, previewed } from "./effects.js";

export const closures = listing({
  title: "Closures", needs: ["createClosure"], nav: "School",
  path: "/closures",
  query: () => ({ sort: /** @type {const} */ ("-startDate") }),
  head: () => button("Close the school", declare, { class: "main" }),
  empty: "No closure: classes are held on all opening days.",
  columns: [
    ["From", (c) => day(c.startDate), "narrow"],
    ["To", (c) => day(c.endDate), "narrow"],
    ["Why", (c) => c.reason],
    ["", (c) => c.endDate >= today() && act("Open again", () => remove(`/closures/${c.id}`), { sure: "What was cancelled stays cancelled; new classes can be held on these days again." }), "narrow"],
  ],
});

const declare = () => previewed("Close the school", "/closures", [
  ["startDate", "First day*", "date", { min: today() }], ["endDate", "Last day*", "date", { min: today() }], ["reason", "Why*"],
], ({ counts, cancelled, added }) => ["Close on these days",
  p(`Cancels ${number(counts.classes)} classes of ${number(counts.students)} students and adds as many at the end of their plans. It tells the students, the teachers and the owners.`),
  changesOf(cancelled, added)]);
