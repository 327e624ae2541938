// What an act would do, shown before it is done: conflicts with their ways out, classes lost and added.
import { act, day, dialog, fill, form, h, li, nameOf, post, problem, rows, section, slotName, span, spoken, time, when } from "../kit.js";

/** @param {Conflict[]} conflicts @param {(conflict: Conflict) => Child} [waysOut] what can be done about one */
export function conflictsOf(conflicts, waysOut) {
  if (!conflicts.length) return h("div", { hidden: true });
  return problem(h("ul", null, conflicts.map((c) => li(spoken(c.message), c.weekday && c.startTime && c.endTime && ` (${slotName(/** @type {Slot} */ (c))})`, c.heldUntil && `, held until ${when(c.heldUntil)}`, waysOut?.(c)))));
}

/** @param {CancelledClass[]} cancelled @param {AddedClass[]} added */
export function changesOf(cancelled, added) {
  /** @param {string} title @param {(CancelledClass | AddedClass)[]} classes */
  const listed = (title, classes) => section(`${title} (${classes.length})`, rows(classes.slice(0, 100), (r) => [span(`${day(r.classDate)}, ${time(r.startTime)}`), span(`${nameOf(r.student)}, ${r.course.name}`)]));
  return h("div", { class: "columns" }, listed("Cancelled", cancelled), listed("Added at the end", added));
}

/** A question and its answer in a dialog; an answer to what the form no longer says is not shown. @type {Inquiry} */
export function inquiry(title, options, answer) {
  const shown = h("div", { role: "status" });
  const clear = () => fill(shown);
  const made = dialog(title, (close) => [form({
    ...options, changed: clear,
    submit: async (values) => {
      clear();
      const found = await answer(values, close);
      if (!made.querySelector("[data-typed]")) fill(shown, found);
    },
  }), shown]);
}

/** An act that is previewed by its form before it is done. @type {Previewed} */
export const previewed = (title, path, fields, shows, value = {}, body = (values) => values) => inquiry(title, { action: "Preview", value, fields }, async (values, close) => {
  const sent = body(values);
  const result = /** @type {any} */ (await post(/** @type {any} */ (`${path}/preview`), sent));
  const [label, ...effects] = shows(result);
  return [conflictsOf(result.conflicts), result.ok !== false && act(label, () => post(path, sent).then(close), { main: true, said: "Done." }), effects];
});
