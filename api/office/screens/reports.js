// Reports: plots with their tables, of any time, by week or month.
import { get } from "../api.js";
import { div, p } from "../dom.js";
import { filters } from "../forms.js";
import { day, money, number, percent, plus, today } from "../format.js";
import { bar, heading, link, nameOf, section, slotName, table } from "../parts.js";
import { funnel, series } from "../plot.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";

const HALF_A_YEAR = 182;

/** @param {Place} place */
const asked = ({ query }) => ({
  from: query.get("from") ?? plus(today(), -HALF_A_YEAR), to: query.get("to") ?? today(),
  by: query.get("by") === "week" ? /** @type {const} */ ("week") : /** @type {const} */ ("month"),
});

/** @type {Record<string, { label: string, needs: string, load: (place: Place) => Promise<Node> }>} */
const REPORTS = {
  funnel: { label: "Funnel", needs: "reportLeads", load: async (place) => {
    const r = await get("/v1/reports/leads", { query: asked(place) });
    return div(section("Leads that entered each stage", funnel(r.funnel.map((s) => ({ name: s.name, value: s.entered, more: s.medianDays === null ? "" : `${number(s.medianDays, 1)} days` })), "Funnel")),
      series({ title: "Leads", items: r.series, lines: [{ label: "entered", value: (i) => i.leads }, { label: "won", value: (i) => i.won, second: true }] }),
      section("By source", rates(r.conversion.bySource)), section("By owner", rates(r.conversion.byOwner)),
      section("Follow-ups", p(`${number(r.followUps.onTime)} on time, ${number(r.followUps.late)} late, ${number(r.followUps.missed)} missed, ${number(r.followUps.upcoming)} to come.`)));
  } },
  occupancy: { label: "Occupancy", needs: "reportOccupancy", load: async (place) => {
    const r = await get("/v1/reports/occupancy", { query: { ...asked(place), ...(!place.query.get("to") && { to: plus(today(), 56) }) } });
    return div(series({ title: "Expected of the places there are, coming weeks too", items: r.series, kind: "lines", lines: [{ label: "occupancy", value: (i) => i.rate, said: percent }] }),
      section("Classes now", table({ label: "Classes", items: r.items.map((i) => ({ ...i, id: i.classroomSlotId })), empty: "No class.", columns: [
        ["Course", (i) => i.course.name], ["Time", slotName, "narrow"], ["Teacher", (i) => nameOf(i.teacher)],
        ["Seats", (i) => bar(i.occupied, i.capacity)], ["Next seat", (i) => (i.free > 0 ? "free" : day(i.nextSeatFreesOn)), "narrow"],
      ] })));
  } },
  attendance: { label: "Attendance", needs: "reportAttendance", load: async (place) => {
    const r = await get("/v1/reports/attendance", { query: asked(place) });
    /** @param {Schemas["AttendanceRates"][]} items @param {string} label */
    const shown = (items, label) => section(label, table({ label, items, empty: "Nothing marked.", columns: [
      ["", (i) => i.name], ["Present", (i) => number(i.present), "number"], ["Late", (i) => number(i.late), "number"], ["Absent", (i) => number(i.absent), "number"],
      ["Unmarked", (i) => number(i.unmarked), "number"], ["Came", (i) => percent(i.attendanceRate), "number"],
    ] }));
    return div(series({ title: "Came, of those marked", items: r.series, kind: "lines", lines: [{ label: "came", value: (i) => i.attendanceRate, said: percent }, { label: "absent", value: (i) => i.absenceRate, said: percent, second: true }] }),
      shown(r.byCourse, "By course"), shown(r.byTeacher, "By teacher"));
  } },
  revenue: { label: "Revenue", needs: "reportRevenue", load: async (place) => {
    const r = await get("/v1/reports/revenue", { query: asked(place) });
    return div(p(`Paid ${money(r.paid)}, open ${money(r.open)}, of it overdue ${money(r.overdue)}.`),
      series({ title: "Revenue", items: r.series, lines: [{ label: "paid", value: (i) => i.paid, said: money }, { label: "open", value: (i) => i.open, said: money, second: true }] }),
      section("By course", table({ label: "By course", items: r.byCourse.map((i) => ({ ...i, id: i.course.id })), empty: "Nothing.", columns: [
        ["Course", (i) => i.course.name], ["Paid", (i) => money(i.paid), "number"], ["Open", (i) => money(i.open), "number"], ["Overdue", (i) => money(i.overdue), "number"],
      ] })));
  } },
  renewals: { label: "Renewals", needs: "reportRenewals", load: async (place) => {
    const r = await get("/v1/reports/renewals", { query: asked(place) });
    return div(p(`Of the plans that ended, ${percent(r.rate)} were renewed.`),
      series({ title: "Ended plans", items: r.series, lines: [{ label: "renewed", value: (i) => i.renewed }, { label: "ran out", value: (i) => i.ranOut, second: true }] }),
      section("Due now", table({ label: "Due", items: r.due.map((i) => ({ ...i, id: i.admissionId })), empty: "None is running out.", address: (i) => to("admissions", { open: i.admissionId }), columns: [
        ["Student", (i) => nameOf(i.student)], ["Course", (i) => i.course.name], ["Left", (i) => number(i.remaining), "number"], ["Last class", (i) => day(i.lastDate), "narrow"],
      ] })));
  } },
  "at-risk": { label: "At risk", needs: "reportAtRisk", load: async (place) => {
    const r = await get("/v1/reports/at-risk", { query: asked(place) });
    return div(section("Two absences or more in four weeks", table({ label: "At risk", items: r.items.map((i) => ({ ...i, id: i.admissionId })), empty: "Nobody.", address: (i) => to("admissions", { open: i.admissionId }), columns: [
      ["Student", (i) => nameOf(i.student)], ["Course", (i) => i.course.name], ["Owner", (i) => nameOf(i.owner)], ["Absences", (i) => number(i.absences), "number"], ["Last", (i) => day(i.lastAbsence), "narrow"], ["Left", (i) => number(i.remaining), "number"],
    ] })));
  } },
  hours: { label: "Teaching hours", needs: "reportTeachingHours", load: async (place) => {
    const r = await get("/v1/reports/teaching-hours", { query: asked(place) });
    return div(series({ title: "Hours", items: r.series, lines: [{ label: "hours", value: (i) => i.hours }, { label: "as substitute", value: (i) => i.hoursAsSubstitute, second: true }] }),
      section("By teacher", table({ label: "By teacher", items: r.byTeacher.map((i) => ({ ...i, id: i.teacher.id })), empty: "Nothing taught.", columns: [
        ["Teacher", (i) => nameOf(i.teacher)], ["Classes", (i) => number(i.classes), "number"], ["Hours", (i) => number(i.hours, 1), "number"], ["As substitute", (i) => number(i.hoursAsSubstitute, 1), "number"],
      ] })));
  } },
};

/** @param {Schemas["ConversionRate"][]} items */
const rates = (items) => table({ label: "Conversion", items: items.map((i) => ({ ...i, id: i.key ?? "none" })), empty: "No lead.", columns: [
  ["", (i) => i.name ?? "none"], ["Leads", (i) => number(i.leads), "number"], ["Won", (i) => number(i.won), "number"], ["Lost", (i) => number(i.lost), "number"], ["Rate", (i) => percent(i.rate), "number"],
] });

const mine = () => Object.entries(REPORTS).filter(([, r]) => may(r.needs));

/** @type {Page<{ key: string, html: string, node: Node }>} */
export const reports = {
  title: "Reports",
  needs: ["reportLeads"],
  nav: "School",
  load: async (place) => {
    const key = place.parts[0] && REPORTS[place.parts[0]] ? place.parts[0] : mine()[0]?.[0] ?? "funnel";
    const node = await /** @type {NonNullable<typeof REPORTS[string]>} */ (REPORTS[key]).load(place);
    return { key, html: node.textContent ?? "", node };
  },
  view: ({ key, node }, place) => div(heading("Reports", mine().map(([name, r]) => link(to(`reports/${name}`, Object.fromEntries(place.query)), r.label, name === key ? "button chosen" : "button"))),
    filters([
      { name: "from", label: "From", type: "date" }, { name: "to", label: "To", type: "date" },
      { name: "by", label: "By", type: "select", options: [["month", "month"], ["week", "week"]] },
    ], new URLSearchParams({ ...asked(place), ...Object.fromEntries(place.query) }), (values) => go(withQuery(values), { replace: true })),
    node),
};
