// Plots as SVG, each with its figures in a table below.
import { details, h, small, svg } from "./dom.js";
import { day, number } from "./format.js";
import { figure, table } from "./parts.js";

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 12;
const LABELS = 8;
const STEPS = 4;

/** A series over periods. @type {Plot} */
export function plot(title, items, lines, asLines = false) {
  const top = nice(Math.max(1e-9, ...items.flatMap((i) => lines.map(([, value]) => value(i) ?? 0))));
  const inner = WIDTH - LEFT - 8;
  const slot = inner / Math.max(1, items.length);
  const y = (v = 0) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - v / top);
  const grid = Array.from({ length: STEPS + 1 }, (_, n) => (top * n) / STEPS);
  const every = Math.ceil(items.length / LABELS);
  return h("figure", null,
    h("figcaption", { class: "actions" }, h("h3", null, title), lines.length > 1 && small(lines.map(([label], m) => `${(asLines ? ["── ", "- - "] : ["█ ", "░ "])[m]}${label}`).join("   "))),
    svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}. The table below has the figures.` },
      grid.map((v) => [svg("line", { x1: LEFT, x2: WIDTH - 8, y1: y(v), y2: y(v) }), svg("text", { x: LEFT - 6, y: y(v) + 4, "text-anchor": "end" }, (lines[0]?.[2] ?? ((n) => number(n, 1)))(v))]),
      items.map((i, n) => n % every === 0 && svg("text", { x: LEFT + slot * (n + 0.5), y: HEIGHT - 6, "text-anchor": "middle" }, day(i.start).replace(/^\S+ /, ""))),
      asLines
        ? lines.map(([, value], m) => svg("polyline", { class: m ? "second" : null, points: items.flatMap((i, n) => { const v = value(i); return v === null ? [] : [`${LEFT + slot * (n + 0.5)},${y(v)}`]; }).join(" ") }))
        : items.map((i, n) => lines.map(([label, value, said = number], m) => {
          const v = value(i) ?? 0;
          const width = Math.max(1, (slot * 0.8) / lines.length);
          return svg("rect", { class: m ? "second" : null, x: LEFT + slot * n + slot * 0.1 + width * m, y: y(v), width, height: Math.max(0, y(0) - y(v)) }, svg("title", null, `${day(i.start)}: ${label} ${said(v)}`));
        }))),
    details("Figures", table(title, items, "Nothing in this time.", [["From", (i) => day(i.start), "narrow"], ...lines.map((line) => figure(...line))])));
}

/** The next number of one digit and zeros that is not below. @param {number} value */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((n) => n * power).find((n) => n >= value) ?? value;
}

/**
 * Bars lying, each with its name and number: a funnel.
 * @param {{ name: string, value: number, more?: string }[]} rows @param {string} title
 */
export function funnel(rows, title) {
  const most = Math.max(1, ...rows.map((r) => r.value));
  const step = 28;
  return svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${rows.length * step + 8}`, role: "img", "aria-label": `${title}: ${rows.map((r) => `${r.name} ${r.value}`).join(", ")}` },
    rows.map((r, n) => [
      svg("text", { x: 132, y: n * step + 22, "text-anchor": "end" }, r.name),
      svg("rect", { x: 140, y: n * step + 8, height: 20, width: Math.max(1, (r.value / most) * (WIDTH - 300)) }),
      svg("text", { x: 148 + (r.value / most) * (WIDTH - 300), y: n * step + 22 }, `${number(r.value)}${r.more ? `  ${r.more}` : ""}`),
    ]));
}
