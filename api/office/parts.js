// What screens are made of: tables, bars, chips, toasts, dialogs.
import { Refusal } from "./api.js";
import { byId, h } from "./dom.js";
import { number, weekdayName, times } from "./format.js";

/** @typedef {import("./types").Child} Child */

/** @param {string} title @param {...Child} actions */
export const heading = (title, ...actions) => h("header", { class: "heading" }, h("h1", { tabindex: -1 }, title), h("div", { class: "actions" }, actions));

/** @param {string} title @param {Child} children @param {Child} [action] */
export const section = (title, children, action) =>
  h("section", null, h("header", { class: "subheading" }, h("h2", null, title), action), children);

/**
 * @template T
 * @typedef {object} Column
 * @property {string} label
 * @property {(item: T) => Child} cell
 * @property {string} [kind] "number", "narrow" or "wide": how the column is set
 */

/**
 * A table with a fixed head. A row with an address opens it, by click or Enter on its first cell.
 * @template {{ id?: string }} T
 * @param {{ label: string, columns: Column<T>[], items: T[], address?: (item: T) => string, open?: string | null, empty: Child }} options
 */
export function table({ label, columns, items, address, open, empty }) {
  if (!items.length) return h("p", { class: "empty" }, empty);
  return h("div", { class: "table", tabindex: 0, role: "region", "aria-label": label },
    h("table", null,
      h("caption", { class: "hidden" }, label),
      h("thead", null, h("tr", null, columns.map((c) => h("th", { scope: "col", class: c.kind }, c.label)))),
      h("tbody", null, items.map((item) => {
        const target = address?.(item);
        const row = h("tr", { "aria-current": open && item.id === open ? "true" : null, class: target ? "opens" : null },
          columns.map((c, n) => h(n ? "td" : "th", { scope: n ? null : "row", class: c.kind },
            n || !target ? c.cell(item) : h("a", { href: target, id: item.id ? `row-${item.id}` : null }, c.cell(item)))));
        if (target) {
          row.addEventListener("click", (event) => {
            if (event.target instanceof Element && !event.target.closest("a, button, input, select, label")) location.hash = target;
          });
        }
        return row;
      }))));
}

/** The next page of a list, shown below it. @param {string | null} cursor @param {(cursor: string) => Promise<void>} more */
export const moreButton = (cursor, more) => cursor && button("Show more", () => more(cursor), { class: "more" });

/** @param {[string, Child][]} rows */
export const facts = (rows) =>
  h("dl", { class: "facts" }, rows.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => [h("dt", null, name), h("dd", null, value)]));

/** Occupancy as fill and number. @param {number} taken @param {number} capacity @param {string} [title] */
export function bar(taken, capacity, title = `${taken} of ${capacity} seats taken`) {
  const fillUp = h("i", null);
  fillUp.style.setProperty("inline-size", `${Math.min(100, (100 * taken) / Math.max(1, capacity))}%`);
  return h("span", { class: taken >= capacity ? "bar full" : "bar", role: "img", "aria-label": title, title }, h("b", null, fillUp), h("span", { "aria-hidden": "true" }, `${number(taken)}/${number(capacity)}`));
}

/** A word in a box: a state, a tag. @param {Child} text @param {"good" | "bad" | "wait" | "plain"} [mood] */
export const chip = (text, mood = "plain") => h("span", { class: `chip ${mood}` }, text);

/** @param {string} status */
export function state(status) {
  const good = ["active", "paid", "present", "approved", "done", "attended", "sent", "admitted", "offered"];
  const bad = ["blocked", "cancelled", "absent", "rejected", "missed", "failed", "dead", "overdue", "lost"];
  const mood = good.includes(status) ? "good" : bad.includes(status) ? "bad" : ["pending", "unpaid", "late", "waiting", "requested"].includes(status) ? "wait" : "plain";
  return chip(status.replace(/_/g, " "), mood);
}

/** @param {{ weekday: number, startTime: string, endTime: string }} slot */
export const slotName = (slot) => `${weekdayName(slot.weekday, "short")} ${times(slot.startTime, slot.endTime)}`;

/** @param {{ name: string | null } | null | undefined} named @param {Child} [otherwise] */
export const nameOf = (named, otherwise = "–") => named?.name ?? otherwise;

/**
 * A button that is busy while its work lasts, and says what went wrong.
 * @param {Child} label
 * @param {() => unknown} work
 * @param {Record<string, unknown>} [attributes]
 */
export function button(label, work, attributes = {}) {
  const made = h("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-busy")) return;
    made.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      complain(error);
    } finally {
      made.removeAttribute("aria-busy");
    }
  });
  return made;
}

/** @param {string} address @param {Child} label @param {string} [kind] */
export const link = (address, label, kind) => h("a", { href: address, class: kind }, label);

/**
 * Say that something was done, and offer to take it back.
 * @param {string} text
 * @param {() => unknown} [undo]
 */
export function toast(text, undo) {
  const made = h("div", { class: "toast" }, h("span", null, text));
  const gone = () => made.remove();
  if (undo) made.append(button("Undo", async () => { await undo(); gone(); }));
  made.append(h("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: gone }, "×"));
  byId("toasts").append(made);
  setTimeout(gone, undo ? 10_000 : 5_000);
}

/** Show what an action was refused with. @param {unknown} error */
export function complain(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (!(error instanceof Refusal)) {
    toast("Something went wrong on this page.");
    throw error;
  }
  const made = h("div", { class: "toast bad", role: "alert" }, h("span", null, error.message, error.conflicts.length > 1 && h("ul", null, error.conflicts.map((c) => h("li", null, c["message"])))),
    h("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => made.remove() }, "×"));
  byId("toasts").append(made);
  setTimeout(() => made.remove(), 12_000);
}

/**
 * A dialog over the page; closed by Escape, its button, or `close`. Focus goes back where it was.
 * @param {string} title
 * @param {(close: () => void) => Child} content
 */
export function dialog(title, content) {
  const before = document.activeElement;
  const close = () => made.close();
  const made = h("dialog", { "aria-label": title },
    h("header", { class: "subheading" }, h("h2", null, title), h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: close }, "×")));
  made.append(h("div", { class: "content" }, content(close)));
  made.addEventListener("close", () => {
    made.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(made);
  made.showModal();
  return made;
}

/**
 * Ask before what cannot be taken back; answers whether to go on.
 * @param {string} title
 * @param {Child} content
 * @param {string} yes what the button says
 * @returns {Promise<boolean>}
 */
export function confirmed(title, content, yes) {
  return new Promise((resolve) => {
    let answer = false;
    const made = dialog(title, (close) => [content, h("div", { class: "actions" },
      h("button", { type: "button", class: "main", onclick: () => { answer = true; close(); } }, yes),
      h("button", { type: "button", onclick: close }, "Leave it"))]);
    made.addEventListener("close", () => resolve(answer));
  });
}
