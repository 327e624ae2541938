// The register: today's classes on a telephone, one tap for each pupil.
import { get, post } from "../api.js";
import { h } from "../dom.js";
import { day, longDay, nearDay, plus, times, today } from "../format.js";
import { button, chip, heading, link, nameOf, section, toast } from "../parts.js";
import { withQuery } from "../router.js";
import { may } from "../session.js";

/** @typedef {import("../types").Schemas["ClassroomClass"]} Class */
/** @typedef {import("../types").Schemas["ClassroomPerson"]} Person */
/** @typedef {import("../types").Place} Place */

const MARKS = /** @type {const} */ (["present", "late", "absent"]);
const OUTCOMES = /** @type {const} */ (["attended", "missed"]);

/** @param {Place} place */
const dateOf = (place) => place.query.get("date") ?? today();

/** @type {import("../types").Screen<{ classes: Class[], open: import("../types").Schemas["Attendance"][] }>} */
export const register = {
  title: "Register",
  needs: ["markAttendance"],
  nav: { label: "Register", key: "r", section: "Classes" },
  load: async (place) => {
    const date = dateOf(place);
    const [page, open] = await Promise.all([
      get("/v1/classroom", { query: { from: date, to: date, limit: 200 }, signal: place.signal }),
      get("/v1/attendance", { query: { unmarked: true, to: plus(today(), -1), sort: "-classDate", limit: 200 }, signal: place.signal }),
    ]);
    return { classes: page.items, open: open.items.filter((a) => a.canMark) };
  },
  view: ({ classes, open }, place) => {
    const date = dateOf(place);
    const days = new Map();
    for (const a of open) days.set(a.classDate, (days.get(a.classDate) ?? 0) + 1);
    const held = classes.filter((c) => !c.isClosed && (c.students ?? []).length);
    return h("div", null,
      heading(nearDay(date), link(withQuery({ date: plus(date, -1) }), "← Day before", "button"), date !== today() && link(withQuery({ date: null }), "Today", "button"), link(withQuery({ date: plus(date, 1) }), "Day after →", "button")),
      days.size > 0 && section("Not marked yet", h("p", { class: "actions" }, [...days].map(([d, n]) => link(withQuery({ date: d === today() ? null : d }), `${day(d)} (${n})`, "button")))),
      held.map((c) => section(`${times(c.startTime, c.endTime)} ${c.course.name}`,
        h("ul", { class: "rows register" }, (c.students ?? []).map((s) => pupil(s, c, place))), h("small", null, nameOf(c.substitute ?? c.teacher)))),
      !held.length && h("p", { class: "empty" }, classes.some((c) => c.isClosed) ? "The school is closed on this day." : `No class on ${longDay(date)}.`));
  },
};

/** @param {Person} s @param {Class} c @param {Place} place */
function pupil(s, c, place) {
  const isTrial = s.kind === "trial";
  const choices = isTrial ? OUTCOMES : MARKS;
  const mayMark = isTrial ? may("recordTrialOutcome") && s.status === "booked" && (c.date ?? "") <= today() : s.canMark === true;
  return h("li", null,
    h("span", null, h("b", null, s.name), " ", s.kind && s.kind !== "weekly" && chip(s.kind, "good"), s.absenceAnnouncedAt && chip("announced absent", "wait"), s.isBlocked && chip("blocked", "bad"),
      s.remaining !== undefined && h("small", null, ` ${s.remaining} left`)),
    h("span", { role: "group", "aria-label": `Mark ${s.name}`, class: "marks" }, choices.map((mark) =>
      button(mark, () => set(s, mark, place), { "aria-pressed": String(s.status === mark), disabled: !mayMark, "data-mark": mark, id: `mark-${s.attendanceId ?? s.trialId}-${mark}` }))));
}

/** Mark, with a way back; the same again takes it back. @param {Person} s @param {typeof MARKS[number] | typeof OUTCOMES[number]} mark @param {Place} place */
async function set(s, mark, place) {
  if (mark === "attended" || mark === "missed") {
    await post("/v1/trials/{trialId}/outcome", { path: { trialId: s.trialId ?? "" }, body: { status: mark } });
    await place.refresh();
    toast(`${s.name}: ${mark}.`);
    return;
  }
  const path = { attendanceId: s.attendanceId ?? "" };
  const before = s.status === "present" || s.status === "late" || s.status === "absent" ? s.status : "scheduled";
  const status = before === mark ? "scheduled" : mark;
  await post("/v1/attendance/{attendanceId}/mark", { path, body: { status } });
  await place.refresh();
  toast(`${s.name}: ${status === "scheduled" ? "mark taken back" : status}.`, async () => {
    await post("/v1/attendance/{attendanceId}/mark", { path, body: { status: before } });
    await place.refresh();
  });
}
