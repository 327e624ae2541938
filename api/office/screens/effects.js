// What an act would do, shown before it is done: conflicts with their ways out, classes lost and added.
import { h, li, rows, span } from "../dom.js";
import { day, time, when } from "../format.js";
import { nameOf, section, slotName } from "../parts.js";

/**
 * @param {Schemas["Conflict"][]} conflicts
 * @param {(conflict: Schemas["Conflict"]) => Child} [waysOut] what can be done about one
 */
export function conflictsOf(conflicts, waysOut) {
  if (!conflicts.length) return h("div", { hidden: true });
  return h("div", { class: "problem", role: "alert" }, h("ul", null, conflicts.map((c) => li(c.message, c.weekday && c.startTime && c.endTime && ` (${slotName({ weekday: c.weekday, startTime: c.startTime, endTime: c.endTime })})`, c.heldUntil && `, held until ${when(c.heldUntil)}`, waysOut?.(c)))));
}

/** @param {Schemas["CancelledClass"][]} cancelled @param {Schemas["AddedClass"][]} added */
export function changesOf(cancelled, added) {
  /** @param {string} title @param {(Schemas["CancelledClass"] | Schemas["AddedClass"])[]} classes */
  const listed = (title, classes) => section(`${title} (${classes.length})`, rows(classes.slice(0, 100).map((r) => li(span(`${day(r.classDate)}, ${time(r.startTime)}`), span(`${nameOf(r.student)}, ${r.course.name}`)))));
  return h("div", { class: "columns" }, listed("Cancelled", cancelled), listed("Added at the end", added));
}
