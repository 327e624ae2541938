// Classes on their dates: the week’s board, live as seats change, and the register, one tap for each pupil.
import { act, actions, all, ask, b, bar, button, chip, day, div, empty, facts, filters, get, given, h, heading, lane, li, link, longDay, marked, may, mondayOf, named, nameOf, nearDay, note, oneOf, pages, param, plus, post, rows, screen, section, small, span, state, times, title, to, today, way, withQuery } from "../kit.js";

const monday = () => mondayOf(param("from") ?? today());

/** A class on a date, as an address names it. @param {Class} c */
const nameOfDate = (c) => `${c.date}.${c.classroomSlotId}`;

export const week = screen({
  title: "Week", needs: ["listClassroom"], nav: "Classes",
  load: async () => {
    const from = monday();
    const [classes, courses] = await Promise.all([
      pages("/classroom", { from, to: plus(from, 6), ...given("courseId") }),
      all("/courses"),
    ]);
    return { classes, courses };
  },
  view: ({ classes, courses }) => {
    const from = monday();
    const teacher = param("teacherId");
    const shown = classes.filter((c) => !teacher || c.teacher.id === teacher || c.substitute?.id === teacher);
    const teachers = new Map(classes.map((c) => [c.teacher.id, c.teacher.name ?? "?"]));
    const step = (days = 0) => way(withQuery({ from: plus(from, days), open: null }), days < 0 ? "← Week before" : "Week after →");
    return div(heading(`${day(from)} to ${day(plus(from, 6))}`, step(-7), way(withQuery({ from: null, open: null }), "This week"), step(7)),
      filters([
        ["courseId", "Course", named(courses)],
        ["teacherId", "Teacher", [...teachers]],
      ]),
      h("div", { class: "week" }, [0, 1, 2, 3, 4, 5, 6].map((n) => column(plus(from, n), shown.filter((c) => c.date === plus(from, n))))));
  },
  beside: classOnDate,
});

/** @param {string} date @param {Class[]} classes */
function column(date, classes) {
  const closed = classes.length > 0 && classes.every((c) => c.isClosed);
  return lane(day(date), closed && chip("closed", "bad"), [
    classes.map((c) => h("article", { class: c.isClosed ? "opens off" : "opens" },
      h("a", { id: `row-${nameOfDate(c)}`, href: withQuery({ open: nameOfDate(c) }) }, `${times(c)} ${c.course.name}`),
      note(nameOf(c.substitute ?? c.teacher), c.substitute && [" ", chip("substitute", "wait")]),
      c.isClosed ? chip("closed", "bad") : bar(c.expected ?? 0, c.capacity, `${c.expected ?? 0} of ${c.capacity} places taken on this date, ${c.free} weekly seats free`),
      span(counted(c, "trial"), counted(c, "moved"), c.held > 0 && [chip(`${c.held} held`, "wait"), " "], c.waiting > 0 && [chip(`${c.waiting} waiting`), " "]))),
    !classes.length && empty("No class."),
  ], longDay(date), date === today() ? "now" : "");
}

/** @param {Class} c @param {"trial" | "moved"} kind */
function counted(c, kind) {
  const count = (c.students ?? []).filter((s) => s.kind === kind).length;
  return count > 0 && [chip(`${count} ${kind}`, "good"), " "];
}

/** Who comes to a class on a date. @param {string} id */
async function classOnDate(id) {
  const [date = "", slot] = id.split(".");
  const page = await get("/classroom", { from: date, to: date, limit: 200 });
  const c = page.items.find((i) => i.classroomSlotId === slot);
  if (!c) return div(title("No class"), empty("This class is not held on that date."));
  return div(title(`${c.course.name}, ${longDay(date)}`),
    facts([
      ["Time", times(c)],
      ["Teacher", c.substitute ? [nameOf(c.substitute), " for ", nameOf(c.teacher)] : nameOf(c.teacher)],
      ["On this date", c.isClosed ? "closed" : bar(c.expected ?? 0, c.capacity, `${c.expected ?? 0} of ${c.capacity} places taken`)],
      ["Weekly seats", bar(c.occupied, c.capacity)],
      ["Held", c.held || null], ["Waiting", c.waiting > 0 ? link(to("waiting", { courseId: c.course.id }), String(c.waiting)) : null],
    ]),
    actions(may("createAdmission") && c.free > 0 && way(to("admit", { courseId: c.course.id, slots: c.timeSlotId, teacherId: c.teacher.id }), "Admit into it"),
      may("markAttendance") && date <= today() && way(to("register", { date }), "Register"),
      may("setSubstitute") && button(c.substitute ? "Other substitute" : "Substitute", () => substitute(c))),
    section("Who comes", rows(c.students ?? [], (s) => [s.admissionId && may("getAdmission") ? link(to("admissions", { open: s.admissionId }), s.name) : span(s.name),
        span(marked(s), s.status && s.status !== "scheduled" && state(s.status))], "Nobody is expected.")));
}

/** @param {Class} c */
async function substitute(c) {
  const date = c.date ?? "";
  const { items } = await get(`/courses/${c.course.id}/teachers`);
  ask(`Who teaches on ${day(date)}`, {
    action: "Set the substitute",
    value: { teacherId: c.substitute?.id },
    fields: [["teacherId", "Substitute", named(items.filter((t) => t.id !== c.teacher.id)), { hint: `Nobody: the class’s own teacher. The substitute, ${nameOf(c.teacher, "the teacher")} and the students of that date are told.` }]],
    submit: ({ teacherId }) => post(`/classroom-slots/${c.classroomSlotId}/substitute`, { date, teacherId }),
  });
}

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
        pressed: s.status === m, sure: `${s.name}: ${m}. This cannot be taken back.`, disabled: s.status !== "booked" || (c.date ?? "") > today() || !may("recordTrialOutcome"), said: `${s.name}: ${m}.`, id: `mark-${s.trialId}-${m}`,
      }))
      : MARKS.map((m) => act(m, () => mark(before === m ? "scheduled" : m), {
        pressed: before === m, disabled: !s.canMark, said: `${s.name}: ${before === m ? "mark taken back" : m}.`, undo: () => mark(before), id: `mark-${s.attendanceId}-${m}`,
      }))));
}
