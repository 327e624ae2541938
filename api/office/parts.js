// What screens are made of: tables, bars, chips, toasts, dialogs.
import { Refusal, forget, get } from "./api.js";
import { actions, byId, div, empty, fill, h, li, p, span } from "./dom.js";
import { filters, form } from "./forms.js";
import { number, weekdayName, times } from "./format.js";
import { go, withQuery } from "./router.js";

/** @param {string} text @param {...Child} buttons */
export const heading = (text, ...buttons) => h("header", { class: "heading" }, h("h1", { tabindex: -1 }, text), actions(buttons));

/** @param {string} title @param {Child} children @param {Child} [action] */
export const section = (title, children, action) =>
  h("section", null, h("header", { class: "subheading" }, h("h2", null, title), action), children);

/**
 * A table with a fixed head. A row with an address opens it, by click or Enter on its first cell.
 * @template {{ id?: string }} T
 * @param {{ label: string, columns: Column<T>[], items: T[], address?: (item: T) => string, open?: string | null, empty: Child }} options
 */
export function table({ label, columns, items, address, open, empty: nothing }) {
  if (!items.length) return empty(nothing);
  return h("div", { class: "table", tabindex: 0, role: "region", "aria-label": label },
    h("table", null,
      h("caption", { class: "hidden" }, label),
      h("thead", null, h("tr", null, columns.map(([label, , kind]) => h("th", { scope: "col", class: kind }, label)))),
      h("tbody", null, items.map((item) => {
        const target = address?.(item);
        const row = h("tr", { "aria-current": open && item.id === open ? "true" : null, class: target ? "opens" : null },
          columns.map(([, cell, kind], n) => h(n ? "td" : "th", { scope: n ? null : "row", class: kind },
            n || !target ? cell(item) : h("a", { href: target, id: item.id ? `row-${item.id}` : null }, cell(item)))));
        if (target) {
          row.addEventListener("click", (event) => {
            if (event.target instanceof Element && !event.target.closest("a, button, input, select, label")) location.hash = target;
          });
        }
        return row;
      }))));
}

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
  const made = h("div", { class: "toast" }, span(text));
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
  const made = h("div", { class: "toast bad", role: "alert" }, span(error.message, error.conflicts.length > 1 && h("ul", null, error.conflicts.map((c) => li(c.message)))),
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
 * A form in a dialog: what it saves is shown at once. With an id in its value something is changed, without made.
 * @param {Place} place @param {string} title @param {AskOptions} options
 */
export function ask(place, title, { action, submit, drop, above, said, ...options }) {
  const isChange = options.value?.["id"] !== undefined;
  dialog(title, (close) => [above, form({
    action: action ?? (isChange ? "Save" : "Make it"),
    onlyChanges: isChange,
    ...options,
    submit: async (values, version) => {
      await submit(values, version);
      close();
      forget();
      await place.refresh();
      if (said) toast(said);
    },
    more: drop && act(place, "Delete", async () => { close(); await drop(); }, { sure: "It is not offered any more; what was is kept. What is in use stays." }),
  })]);
}

/**
 * A button that changes the school: it asks first where there is no way back, and offers the way back where there is one.
 * @template T
 * @param {Place} place @param {Child} label @param {() => Promise<T>} work @param {ActOptions<T>} [options]
 */
export const act = (place, label, work, { sure, said, undo, main, name, pressed, disabled, id } = {}) => button(label, async () => {
  if (sure && !(await confirmed(String(label), sure))) return;
  const result = await work();
  forget();
  await place.refresh();
  if (said) toast(said, undo && (() => undo(result).then(place.refresh)));
}, { class: main ? "main" : null, "aria-label": name, "aria-pressed": pressed === undefined ? null : String(pressed), disabled, id });

/** Ask before what cannot be taken back; answers whether to go on. @param {string} what @param {string} text @returns {Promise<boolean>} */
const confirmed = (what, text) => new Promise((resolve) => {
  let answer = false;
  dialog(what, (close) => [p(text), actions(h("button", { type: "button", class: "main", onclick: () => { answer = true; close(); } }, what),
    h("button", { type: "button", onclick: close }, "Leave it"))]).addEventListener("close", () => resolve(answer));
});

/** Something to copy. @param {string} title @param {string} text @param {string} value @param {Child} [more] */
export const copied = (title, text, value, more) => dialog(title, () => [p(text),
  h("input", { readonly: true, value, "aria-label": title, onfocus: (/** @type {FocusEvent} */ e) => e.target instanceof HTMLInputElement && e.target.select() }), more]);

/**
 * A list that grows page by page, in place.
 * @template T
 * @param {{ items: T[], nextCursor: string | null }} first
 * @param {(cursor: string) => Promise<{ items: T[], nextCursor: string | null }>} next
 * @param {(items: T[]) => Node} show
 */
export function pager(first, next, show) {
  const made = div();
  let items = first.items;
  /** @param {string | null} cursor */
  const put = (cursor) => fill(made, show(items), cursor && button("Show more", async () => {
    const page = await next(cursor);
    items = [...items, ...page.items];
    put(page.nextCursor);
  }, { class: "more" }));
  put(first.nextCursor);
  return made;
}

/**
 * A screen that is one list.
 * @template {PathOf<"get">} P
 * @template [A=undefined]
 * @param {Listing<P, A>} list
 * @returns {Page}
 */
export function listing({ path, query, columns, empty: nothing, also, filters: fields, head, above, opens = false, ...screen }) {
  /** @param {Place} place @param {string} [cursor] @returns {Promise<any>} */
  const page = (place, cursor) => get(path, { query: /** @type {any} */ ({ limit: 50, .../** @type {object} */ (query(place.query)), cursor }) });
  return {
    ...screen,
    load: async (place) => {
      const [first, other] = await Promise.all([page(place), also?.(place)]);
      return { first, other };
    },
    view: ({ first, other }, place) => div(heading(screen.title, head?.(place, first.total)),
      above?.(other, place),
      fields && filters(fields(other), place.query, (values) => go(withQuery({ ...values, open: null }), { replace: true })),
      pager(first, (cursor) => page(place, cursor), (items) => table({
        label: screen.title, items, columns: columns(place), empty: nothing, open: place.query.get("open"), ...(opens && { address: (/** @type {any} */ i) => withQuery({ open: i.id }) }),
      }))),
  };
}

/**
 * A filter of a list: the value that the address has, of those that there are.
 * @template {string} K
 * @template {string} V
 * @param {URLSearchParams} query @param {K} name @param {readonly V[]} values @param {NoInfer<V>[]} [otherwise]
 * @returns {{ [N in K]?: V[] }}
 */
export function picked(query, name, values, otherwise) {
  const value = values.find((v) => v === query.get(name));
  return /** @type {any} */ (value ? { [name]: [value] } : otherwise ? { [name]: otherwise } : {});
}

/** The same for a filter by id, or by words. @template {string} K @param {URLSearchParams} query @param {K[]} names @returns {{ [N in K]?: string[] }} */
export const given = (query, ...names) => /** @type {any} */ (Object.fromEntries(names.flatMap((n) => (query.get(n) ? [[n, [query.get(n)]]] : []))));

/** Options whose value is their label. @param {readonly string[]} values @returns {[string, string][]} */
export const options = (values) => values.map((v) => [v, v.replace(/_/g, " ")]);

/** Options of things by id. @param {{ id: string, name: string | null }[]} things @returns {[string, string][]} */
export const named = (things) => things.map((t) => [t.id, t.name ?? "?"]);

/** Leave the field that was written in, so that what it changed can show. */
export const done = () => document.activeElement instanceof HTMLElement && document.activeElement.blur();
