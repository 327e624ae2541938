// The timetable: opening days, times of the week, and the weekly classes.
import { all, get, patch, post, put, remove } from "../api.js";
import { actions, div } from "../dom.js";
import { weekdayName } from "../format.js";
import { act, ask, button, heading, nameOf, named, section, slotName, table } from "../parts.js";

/** @type {Page<{ classes: Schemas["ClassroomSlot"][], slots: Schemas["TimeSlot"][], days: Schemas["OperatingDay"][] }>} */
export const timetable = {
  title: "Timetable",
  needs: ["createClassroomSlot"],
  nav: "School",
  load: async () => {
    const [classes, slots, week] = await Promise.all([
      get("/v1/classroom-slots", { query: { limit: 200 } }), all("/v1/time-slots"), get("/v1/operating-days"),
    ]);
    return { classes: classes.items, slots, days: week.items };
  },
  view: ({ classes, slots, days }, place) => div(heading("Timetable", button("New class", () => editClass(null, slots, place), { class: "main", disabled: !slots.length })),
    section("Open on", actions(days.map((d) =>
      act(place, weekdayName(d.weekday), () => put("/v1/operating-days", { body: { days: [{ weekday: d.weekday, isOpen: !d.isOpen }] } }), { pressed: d.isOpen })))),
    section("Times of the week", actions(slots.map((s) => button(slotName(s) + (s.isActive ? "" : " (not used)"), () => editSlot(s, place))), button("New time", () => editSlot(null, place)))),
    section("Weekly classes", table({
      label: "Weekly classes", items: classes, empty: slots.length ? "No class yet: New class." : "Begin with the times of the week.",
      columns: [
        ["Time", (c) => button(slotName(c), () => editClass(c, slots, place)), "narrow"], ["Course", (c) => c.course.name],
        ["Teacher", (c) => nameOf(c.teacher)], ["Seats", (c) => c.capacity, "number"],
      ],
    }))),
};

/** @param {Schemas["TimeSlot"] | null} slot @param {Place} place */
function editSlot(slot, place) {
  const path = { timeSlotId: slot?.id ?? "" };
  ask(place, slot ? slotName(slot) : "New time", {
    value: slot ? { ...slot, weekday: String(slot.weekday) } : { isActive: true },
    fields: [
      { name: "weekday", label: "Weekday", type: "select", required: true, options: [1, 2, 3, 4, 5, 6, 7].map((n) => [String(n), weekdayName(n)]) },
      { name: "startTime", label: "From", type: "time", required: true }, { name: "endTime", label: "To", type: "time", required: true }, { name: "isActive", label: "In use", type: "check" },
    ],
    submit: (v, version) => (slot
      ? patch("/v1/time-slots/{timeSlotId}", { path, body: { ...v, ...(v.weekday && { weekday: Number(v.weekday) }) }, version })
      : post("/v1/time-slots", { body: { weekday: Number(v.weekday), startTime: v.startTime, endTime: v.endTime, isActive: v.isActive } })),
    ...(slot && { drop: () => remove("/v1/time-slots/{timeSlotId}", { path }) }),
  });
}

/** @param {Schemas["ClassroomSlot"] | null} c @param {Schemas["TimeSlot"][]} slots @param {Place} place */
async function editClass(c, slots, place) {
  const [courses, teachers] = await Promise.all([all("/v1/courses"), all("/v1/users", { role: ["teacher"], status: ["active"] })]);
  const path = { classroomSlotId: c?.id ?? "" };
  ask(place, c ? `${c.course.name}, ${slotName(c)}` : "New class", {
    fields: [
      { name: "timeSlotId", label: "Time", type: "select", required: true, options: slots.map((s) => [s.id, slotName(s)]) },
      { name: "courseId", label: "Course", type: "select", required: true, options: named(courses) },
      { name: "teacherId", label: "Teacher", type: "select", required: true, options: named(teachers), hint: "Who teaches the course." },
      { name: "capacity", label: "Seats", type: "number", required: true, min: 1 },
    ],
    submit: (v, version) => (c ? patch("/v1/classroom-slots/{classroomSlotId}", { path, body: v, version })
      : post("/v1/classroom-slots", { body: { timeSlotId: v.timeSlotId, courseId: v.courseId, teacherId: v.teacherId, capacity: v.capacity } })),
    ...(c && { value: c, current: () => get("/v1/classroom-slots/{classroomSlotId}", { path }), drop: () => remove("/v1/classroom-slots/{classroomSlotId}", { path }) }),
  });
}
