// Reports: plots with their tables, of any time, by week or month.
import { bar, day, div, figure, filters, get, given, h, heading, here, listed, may, money, nameOf, number, p, param, percent, plus, query, screen, section, slotName, to, today } from "../kit.js";
import { funnel, plot } from "../plot.js";

/** Days before and after today that reports show when nothing else is asked. @type {Record<string, [number, number]>} */
const DAYS = { occupancy: [-182, 56], "at-risk": [-27, 0] };

const chosen = () => mine().find(([name]) => name === here().parts[0]) ?? mine()[0];

function asked() {
  const [before, after] = DAYS[chosen()?.[0] ?? ""] ?? [-182, 0];
  const by = /** @type {"week" | "month"} */ (param("by") ?? "month");
  return { from: param("from") ?? plus(today(), before), to: param("to") ?? plus(today(), after), by };
}

/** What it is called, who may see it, and what it shows. @type {Record<string, [string, string, () => Promise<Node>]>} */
const REPORTS = {
  funnel: ["Funnel", "reportLeads", async () => {
    const { funnel: stages, series, conversion, followUps } = await get("/reports/leads", asked());
    return div(section("Leads that entered each stage", funnel(stages.map((s) => ({ name: s.name, value: s.entered, more: s.medianDays === null ? "" : `${number(s.medianDays, 1)} days` })), "Funnel")),
      plot("Leads", series, [["entered", (i) => i.leads], ["won", (i) => i.won]]),
      rates("By source", conversion.bySource), rates("By owner", conversion.byOwner),
      section("Follow-ups", p(`${number(followUps.onTime)} on time, ${number(followUps.late)} late, ${number(followUps.missed)} missed, ${number(followUps.upcoming)} to come.`)));
  }],
  occupancy: ["Occupancy", "reportOccupancy", async () => {
    const { series, items } = await get("/reports/occupancy", asked());
    return div(plot("Expected of the places there are, coming weeks too", series, [["occupancy", (i) => i.rate, percent]], true),
      listed("Classes now", items, "No class.", [
        ["Course", (i) => i.course.name], ["Time", slotName, "narrow"], ["Teacher", (i) => nameOf(i.teacher)],
        ["Seats", (i) => bar(i.occupied, i.capacity)], ["Next seat", (i) => (i.free > 0 ? "free" : day(i.nextSeatFreesOn)), "narrow"],
      ]));
  }],
  attendance: ["Attendance", "reportAttendance", async () => {
    const { series, byCourse, byTeacher } = await get("/reports/attendance", asked());
    /** @param {string} label @param {AttendanceRates[]} items */
    const shown = (label, items) => listed(label, items, "Nothing marked.", [
      ["", (i) => i.name], figure("Present", (i) => i.present), figure("Late", (i) => i.late), figure("Absent", (i) => i.absent),
      figure("Unmarked", (i) => i.unmarked), figure("Came", (i) => i.attendanceRate, percent),
    ]);
    return div(plot("Came, of those marked", series, [["came", (i) => i.attendanceRate, percent], ["absent", (i) => i.absenceRate, percent]], true),
      shown("By course", byCourse), shown("By teacher", byTeacher));
  }],
  revenue: ["Revenue", "reportRevenue", async () => {
    const { paid, open, overdue, series, byCourse } = await get("/reports/revenue", asked());
    return div(p(`Paid ${money(paid)}, open ${money(open)}, of it overdue ${money(overdue)}.`),
      plot("Revenue", series, [["paid", (i) => i.paid, money], ["open", (i) => i.open, money]]),
      listed("By course", byCourse, "Nothing.", [
        ["Course", (i) => i.course.name], figure("Paid", (i) => i.paid, money), figure("Open", (i) => i.open, money), figure("Overdue", (i) => i.overdue, money),
      ]));
  }],
  renewals: ["Renewals", "reportRenewals", async () => {
    const { rate, series, due } = await get("/reports/renewals", asked());
    return div(p(`Of the plans that ended, ${percent(rate)} were renewed.`),
      plot("Ended plans", series, [["renewed", (i) => i.renewed], ["ran out", (i) => i.ranOut]]),
      listed("Due now", due, "None is running out.", [
        ["Student", (i) => nameOf(i.student)], ["Course", (i) => i.course.name], figure("Left", (i) => i.remaining), ["Last class", (i) => day(i.lastDate), "narrow"],
      ], toAdmission));
  }],
  "at-risk": ["At risk", "reportAtRisk", async () => {
    const { items } = await get("/reports/at-risk", asked());
    return div(listed("Two absences or more in this time", items, "Nobody.", [
      ["Student", (i) => nameOf(i.student)], ["Course", (i) => i.course.name], ["Owner", (i) => nameOf(i.owner)],
      figure("Absences", (i) => i.absences), ["Last", (i) => day(i.lastAbsence), "narrow"], figure("Left", (i) => i.remaining),
    ], toAdmission));
  }],
  hours: ["Teaching hours", "reportTeachingHours", async () => {
    const { series, byTeacher } = await get("/reports/teaching-hours", asked());
    return div(plot("Hours", series, [["hours", (i) => i.hours, hours], ["as substitute", (i) => i.hoursAsSubstitute, hours]]),
      listed("By teacher", byTeacher, "Nothing taught.", [
        ["Teacher", (i) => nameOf(i.teacher)], figure("Classes", (i) => i.classes), figure("Hours", (i) => i.hours, hours), figure("As substitute", (i) => i.hoursAsSubstitute, hours),
      ]));
  }],
};

/** @param {number | null} value */
const hours = (value) => number(value, 1);

/** @param {{ admissionId: string }} item */
const toAdmission = (item) => to("admissions", { open: item.admissionId });

/** @param {string} label @param {ConversionRate[]} items */
const rates = (label, items) => listed(label, items, "No lead.", [
  ["", (i) => i.name ?? "none"], figure("Leads", (i) => i.leads), figure("Won", (i) => i.won), figure("Lost", (i) => i.lost), figure("Rate", (i) => i.rate, percent),
]);

const mine = () => Object.entries(REPORTS).filter(([, [, needs]]) => may(needs));

export const reports = screen({
  title: "Reports", needs: ["reportLeads"], nav: "School",
  load: async () => {
    const [key, [, , shows]] = /** @type {[string, [string, string, () => Promise<Node>]]} */ (chosen());
    const node = await shows();
    return { key, text: node.textContent, node };
  },
  view: ({ key, node }) => div(heading("Reports", mine().map(([name, [label]]) => h("a", { class: "button", "aria-current": name === key ? "page" : null, href: to(`reports/${name}`, given("by")) }, label))),
    filters([["from", "From", "date"], ["to", "To", "date"], ["by", "By", [["month", "month"], ["week", "week"]]]], new URLSearchParams({ ...asked(), ...Object.fromEntries(query()) })),
    node),
});
