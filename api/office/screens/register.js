// The register: today's classes on a telephone, one tap for each pupil.
import { act, actions, b, day, div, empty, get, h, heading, li, longDay, marked, may, nameOf, nearDay, oneOf, param, plus, post, screen, section, small, span, times, today, way, withQuery } from "../kit.js";

const MARKS = oneOf("present", "late", "absent");
const OUTCOMES = oneOf("attended", "missed");

const dateOf = () => param("date") ?? today();

export const register = screen({
  title: "Register", needs: ["markAttendance"], nav: "Classes",
  load: async () => {
    const date = dateOf();
    const [page, open] = await Promise.all([
      get("/classroom", { from: date, to: date, limit: 200 }),
      get("/attendance", { unmarked: true, to: plus(today(), -1), sort: "-classDate", limit: 200 }),
    ]);
    return { classes: page.items, open: open.items.filter((a) => a.canMark) };
  },
  view: ({ classes, open }) => {
    const date = dateOf();
    const days = new Map();
    for (const a of open) days.set(a.classDate, (days.get(a.classDate) ?? 0) + 1);
    const held = classes.filter((c) => !c.isClosed && (c.students ?? []).length);
    return div(heading(nearDay(date), way(withQuery({ date: plus(date, -1) }), "← Day before"), date !== today() && way(withQuery({ date: null }), "Today"), way(withQuery({ date: plus(date, 1) }), "Day after →")),
      days.size > 0 && section("Not marked yet", actions([...days].map(([d, n]) => way(withQuery({ date: d === today() ? null : d }), `${day(d)} (${n})`)))),
      held.map((c) => section(`${times(c)} ${c.course.name}`,
        h("ul", { class: "rows register" }, (c.students ?? []).map((s) => pupil(s, c))), small(nameOf(c.substitute ?? c.teacher)))),
      !held.length && empty(classes.some((c) => c.isClosed) ? "The school is closed on this day." : `No class on ${longDay(date)}.`));
  },
});

/** One tap marks, with a way back; the same again takes the mark back. @param {Person} s @param {Class} c */
function pupil(s, c) {
  const mark = (/** @type {"present" | "late" | "absent" | "scheduled"} */ status) => post(`/attendance/${s.attendanceId}/mark`, { status });
  const before = MARKS.find((m) => m === s.status) ?? "scheduled";
  return li(span(b(s.name), " ", marked(s), s.remaining !== undefined && small(` ${s.remaining} left`)),
    h("span", { role: "group", "aria-label": `Mark ${s.name}`, class: "marks" }, s.kind === "trial"
      ? OUTCOMES.map((m) => act(m, () => post(`/trials/${s.trialId}/outcome`, { status: m }), {
        pressed: s.status === m, disabled: s.status !== "booked" || (c.date ?? "") > today() || !may("recordTrialOutcome"), said: `${s.name}: ${m}.`, id: `mark-${s.trialId}-${m}`,
      }))
      : MARKS.map((m) => act(m, () => mark(before === m ? "scheduled" : m), {
        pressed: before === m, disabled: !s.canMark, said: `${s.name}: ${before === m ? "mark taken back" : m}.`, undo: () => mark(before), id: `mark-${s.attendanceId}-${m}`,
      }))));
}
