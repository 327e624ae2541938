// The register: today's classes on a telephone, one tap for each pupil.
import { get, post } from "../api.js";
import { actions, div, empty, h, li, small, span } from "../dom.js";
import { day, longDay, nearDay, plus, times, today } from "../format.js";
import { act, chip, heading, link, nameOf, section } from "../parts.js";
import { withQuery } from "../router.js";
import { may } from "../session.js";

/** @typedef {Schemas["ClassroomClass"]} Class */
/** @typedef {Schemas["ClassroomPerson"]} Person */

const MARKS = /** @type {const} */ (["present", "late", "absent"]);
const OUTCOMES = /** @type {const} */ (["attended", "missed"]);

/** @param {Place} place */
const dateOf = (place) => place.query.get("date") ?? today();

/** @type {Page<{ classes: Class[], open: Schemas["Attendance"][] }>} */
export const register = {
  title: "Register",
  needs: ["markAttendance"],
  nav: "Classes",
  load: async (place) => {
    const date = dateOf(place);
    const [page, open] = await Promise.all([
      get("/v1/classroom", { query: { from: date, to: date, limit: 200 } }),
      get("/v1/attendance", { query: { unmarked: true, to: plus(today(), -1), sort: "-classDate", limit: 200 } }),
    ]);
    return { classes: page.items, open: open.items.filter((a) => a.canMark) };
  },
  view: ({ classes, open }, place) => {
    const date = dateOf(place);
    const days = new Map();
    for (const a of open) days.set(a.classDate, (days.get(a.classDate) ?? 0) + 1);
    const held = classes.filter((c) => !c.isClosed && (c.students ?? []).length);
    return div(heading(nearDay(date), link(withQuery({ date: plus(date, -1) }), "← Day before", "button"), date !== today() && link(withQuery({ date: null }), "Today", "button"), link(withQuery({ date: plus(date, 1) }), "Day after →", "button")),
      days.size > 0 && section("Not marked yet", actions([...days].map(([d, n]) => link(withQuery({ date: d === today() ? null : d }), `${day(d)} (${n})`, "button")))),
      held.map((c) => section(`${times(c.startTime, c.endTime)} ${c.course.name}`,
        h("ul", { class: "rows register" }, (c.students ?? []).map((s) => pupil(s, c, place))), small(nameOf(c.substitute ?? c.teacher)))),
      !held.length && empty(classes.some((c) => c.isClosed) ? "The school is closed on this day." : `No class on ${longDay(date)}.`));
  },
};

/** One tap marks, with a way back; the same again takes the mark back. @param {Person} s @param {Class} c @param {Place} place */
function pupil(s, c, place) {
  const mark = (/** @type {"present" | "late" | "absent" | "scheduled"} */ status) => post("/v1/attendance/{attendanceId}/mark", { path: { attendanceId: s.attendanceId ?? "" }, body: { status } });
  const before = MARKS.find((m) => m === s.status) ?? "scheduled";
  return li(span(h("b", null, s.name), " ", s.kind && s.kind !== "weekly" && chip(s.kind, "good"), s.absenceAnnouncedAt && chip("announced absent", "wait"), s.isBlocked && chip("blocked", "bad"),
      s.remaining !== undefined && small(` ${s.remaining} left`)),
    h("span", { role: "group", "aria-label": `Mark ${s.name}`, class: "marks" }, s.kind === "trial"
      ? OUTCOMES.map((m) => act(place, m, () => post("/v1/trials/{trialId}/outcome", { path: { trialId: s.trialId ?? "" }, body: { status: m } }), {
        pressed: s.status === m, disabled: s.status !== "booked" || (c.date ?? "") > today() || !may("recordTrialOutcome"), said: `${s.name}: ${m}.`, id: `mark-${s.trialId}-${m}`,
      }))
      : MARKS.map((m) => act(place, m, () => mark(before === m ? "scheduled" : m), {
        pressed: before === m, disabled: !s.canMark, said: `${s.name}: ${before === m ? "mark taken back" : m}.`, undo: () => mark(before), id: `mark-${s.attendanceId}-${m}`,
      }))));
}
