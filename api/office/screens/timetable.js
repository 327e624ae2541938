// The timetable: opening days, times of the week, and the weekly classes.
import { act, actions, all, button, div, edit, figure, get, heading, listed, named, nameOf, put, screen, section, slotName, teachers, weekdayName } from "../kit.js";

export const timetable = screen({
  title: "Timetable", needs: ["createClassroomSlot"], nav: "School",
  load: async () => {
    const [classes, slots, week] = await Promise.all([
      get("/classroom-slots", { limit: 200 }), all("/time-slots"), get("/operating-days"),
    ]);
    return { classes: classes.items, slots, days: week.items };
  },
  view: ({ classes, slots, days }) => div(heading("Timetable", button("New class", () => editClass(slots), { class: "main", disabled: !slots.length })),
    section("Open on", actions(days.map((d) =>
      act(weekdayName(d.weekday), () => put("/operating-days", { days: [{ weekday: d.weekday, isOpen: !d.isOpen }] }), { pressed: d.isOpen })))),
    section("Times of the week", actions(slots.map((s) => button(slotName(s) + (s.isActive ? "" : " (not used)"), () => editSlot(s))), button("New time", editSlot))),
    listed("Weekly classes", classes, slots.length ? "No class yet: New class." : "Begin with the times of the week.", [
      ["Time", (c) => button(slotName(c), () => editClass(slots, c)), "narrow"], ["Course", (c) => c.course.name], ["Teacher", (c) => nameOf(c.teacher)], figure("Seats", (c) => c.capacity),
    ])),
});

/** @param {TimeSlot} [slot] */
const editSlot = (slot) => edit("/time-slots", slot, slot ? slotName(slot) : "New time", [
  ["weekday", "Weekday*", [1, 2, 3, 4, 5, 6, 7].map((n) => [String(n), weekdayName(n)])], ["startTime", "From*", "time"], ["endTime", "To*", "time"], ["isActive", "In use", "check"],
], { isActive: true }, (v) => ({ ...v, ...(v.weekday && { weekday: Number(v.weekday) }) }));

/** @param {TimeSlot[]} slots @param {ClassroomSlot} [c] */
async function editClass(slots, c) {
  const [courses, people] = await Promise.all([all("/courses"), teachers()]);
  edit("/classroom-slots", c, c ? `${c.course.name}, ${slotName(c)}` : "New class", [
    ["timeSlotId", "Time*", slots.map((s) => [s.id, slotName(s)])], ["courseId", "Course*", named(courses)],
    ["teacherId", "Teacher*", named(people), { hint: "Who teaches the course." }], ["capacity", "Seats*", "number", { min: 1 }],
  ]);
}
