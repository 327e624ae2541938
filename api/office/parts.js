// What screens are made of: tables, bars, chips, toasts, dialogs.
import { Refusal, all, forget, get, patch, post, remove } from "./api.js";
import { actions, b, byId, div, empty, fill, h, p, span } from "./dom.js";
import { filters, form, told } from "./forms.js";
import { number, weekdayName, times } from "./format.js";
import { param, refresh, withQuery } from "./router.js";

/** @param {string} text @param {...Child} buttons */
export const heading = (text, ...buttons) => h("header", { class: "heading" }, h("h1", { tabindex: -1 }, text), actions(buttons));

/** @param {string} title @param {...Child} children */
export const section = (title, ...children) => h("section", null, h("h2", null, title), children);

/** A table with a fixed head. A row is opened by click or Enter on its first cell. @type {Table} */
export function table(label, items, nothing, columns, address) {
  if (!items.length) return empty(nothing);
  return h("div", { class: "table", tabindex: 0, role: "region", "aria-label": label },
    h("table", null,
      h("caption", { class: "hidden" }, label),
      h("thead", null, h("tr", null, columns.map(([label, , kind]) => h("th", { scope: "col", class: kind }, label)))),
      h("tbody", null, items.map((item) => {
        const target = address?.(item);
        const row = h("tr", { class: target ? "opens" : null },
          columns.map(([, cell, kind], n) => h(n ? "td" : "th", { scope: n ? null : "row", class: kind },
            n || !target ? cell(item) : h("a", { href: target, id: "id" in item ? `row-${item.id}` : null }, cell(item)))));
        if (target) {
          row.addEventListener("click", (event) => {
            if (event.target instanceof Element && !event.target.closest("a, button, input, select, label")) location.hash = target;
          });
        }
        return row;
      }))));
}

/** A table below its name. @type {Table} */
export const listed = (label, ...rest) => section(label, table(label, ...rest));

/** A column of figures. @template T @param {Line<T>} line @returns {Column<T>} */
export const figure = (...[label, value, said = number]) => [label, (item) => said(value(item)), "number"];

/** A column of a board. @param {string} name @param {Child} head @param {Child} children @param {string} [label] @param {string} [kind] */
export const lane = (name, head, children, label = name, kind = "") => h("section", { class: `lane ${kind}`, "aria-label": label }, h("header", null, h("h2", null, name), head), children);

/** A line for each. @template T @param {T[]} items @param {(item: T) => Child} cells @param {string} [nothing] shown where there is no item */
export const rows = (items, cells, nothing = "") => (items.length ? h("ul", { class: "rows" }, items.map((item) => h("li", null, cells(item)))) : nothing && empty(nothing));

/** @param {[string, Child][]} rows */
export const facts = (rows) =>
  h("dl", { class: "facts" }, rows.filter(([, value]) => (value ?? "") !== "").map(([name, value]) => [h("dt", null, name), h("dd", null, value)]));

/** Occupancy as fill and number. @param {number} taken @param {number} capacity @param {string} [title] */
export function bar(taken, capacity, title = `${taken} of ${capacity} seats taken`) {
  const fillUp = h("i", null);
  fillUp.style.setProperty("width", `${Math.min(100, (100 * taken) / Math.max(1, capacity))}%`);
  return h("span", { class: taken >= capacity ? "bar full" : "bar", role: "img", "aria-label": title, title }, b(fillUp), h("span", { "aria-hidden": "true" }, `${number(taken)}/${number(capacity)}`));
}

/** A word in a box: a state, a tag. @param {Child} text @param {"good" | "bad" | "wait" | "plain"} [mood] */
export const chip = (text, mood = "plain") => h("span", { class: `chip ${mood}` }, text);

/** What is to be known of one who comes to a class. @param {Person} s */
export const marked = (s) => [s.kind && s.kind !== "weekly" && [chip(s.kind, "good"), " "], s.absenceAnnouncedAt && [chip("announced absent", "wait"), " "], s.isBlocked && chip("blocked", "bad")];

/** What stands in the way. @param {...Child} children */
export const problem = (...children) => h("div", { class: "problem", role: "alert" }, children);

/** @param {string[]} tags */
export const tagged = (tags) => tags.map((t) => [chip(t), " "]);

/** @param {string} status */
export function state(status) {
  const mood = /^(active|paid|present|approved|done|attended|sent|admitted|offered)$/.test(status) ? "good"
    : /^(blocked|cancelled|absent|rejected|missed|failed|dead|overdue|lost)$/.test(status) ? "bad"
      : /^(pending|unpaid|late|waiting|requested)$/.test(status) ? "wait" : "plain";
  return chip(status.replace(/_/g, " "), mood);
}

/** @param {Slot} slot */
export const slotName = (slot) => `${weekdayName(slot.weekday, "short")} ${times(slot)}`;

/** @param {{ name: string | null } | null | undefined} named @param {Child} [otherwise] */
export const nameOf = (named, otherwise = "–") => named?.name ?? otherwise;

/**
 * A button that is busy while its work lasts, and says what went wrong.
 * @param {Child} label @param {() => unknown} work @param {Attributes} [attributes]
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

/** A link that looks like a button. @param {string} address @param {Child} label */
export const way = (address, label) => link(address, label, "button");

/** Say that something was done, and offer to take it back. @param {Child} text @param {() => unknown} [undo] @param {boolean} [isBad] */
export function toast(text, undo, isBad = false) {
  const made = h("div", { class: isBad ? "toast bad" : "toast", role: isBad ? "alert" : null }, span(text));
  const gone = () => made.remove();
  if (undo) made.append(button("Undo", async () => { await undo(); gone(); }));
  made.append(cross("Dismiss", gone));
  ([...document.querySelectorAll("dialog[open]")].pop() ?? byId("toasts")).append(made);
  setTimeout(gone, undo || isBad ? 10_000 : 5_000);
}

/** @param {string} label @param {() => void} onclick @param {string} [kind] */
export const cross = (label, onclick, kind = "") => h("button", { type: "button", class: `quiet ${kind}`, "aria-label": label, onclick }, "×");

/** Show what an action was refused with. @param {unknown} error */
export function complain(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (error instanceof Refusal) return toast(told(error), undefined, true);
  toast("Something went wrong on this page.");
  throw error;
}

/**
 * A dialog over the page; closed by Escape, its button, or `close`. Focus goes back where it was.
 * @param {string} title @param {(close: () => void) => Child} content
 */
export function dialog(title, content) {
  const before = document.activeElement;
  const close = () => made.close();
  const made = h("dialog", { "aria-label": title },
    h("header", null, h("h2", null, title), cross("Close", close)));
  made.append(h("div", { class: "content" }, content(close)));
  made.addEventListener("close", () => {
    byId("toasts").append(...made.querySelectorAll(".toast"));
    made.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(made);
  made.showModal();
  return made;
}

/**
 * A form in a dialog: what it saves is shown at once. With an id in its value something is changed, without made.
 * @param {string} title @param {AskOptions} options
 */
export function ask(title, { action, submit, drop, above, said, ...options }) {
  const isChange = options.value?.["id"] !== undefined;
  dialog(title, (close) => [above, form({
    action: action ?? (isChange ? "Save" : "Make it"),
    onlyChanges: isChange,
    ...options,
    submit: saving(async (values, version) => {
      await submit(values, version);
      close();
    }, said),
    more: drop && act("Delete", async () => { close(); await drop(); }, { sure: "It is not offered any more, and trials booked in it are cancelled; what was is kept. What is in use stays." }),
  })]);
}

/** Do what a form beside the list is for, and show it. @param {(values: Values, version?: number) => Promise<unknown>} work @param {string} [said] @returns {FormOptions["submit"]} */
export const saving = (work, said) => async (values, version) => {
  await work(values, version);
  forget();
  await refresh();
  if (said) toast(said);
};

/** A form that changes or deletes a thing of a list, or makes one. @type {Edit} */
export function edit(path, thing, title, fields, more = {}, sent = (/** @type {Values} */ values) => values) {
  const one = /** @type {any} */ (`${path}/${thing?.id}`);
  ask(title, {
    value: thing ?? more, fields,
    submit: (values, version) => (thing ? patch(one, sent(values), version) : post(path, sent({ ...more, ...values }))),
    ...(thing && { current: () => get(one), drop: () => remove(one) }),
  });
}

/** A button that changes the school: it asks first where there is no way back, and offers the way back where there is one. @type {Act} */
export const act = (label, work, { sure, said, undo, main, name, pressed, disabled, id } = {}) => button(label, async () => {
  if (sure && !(await confirmed(String(label), sure))) return;
  const result = await work();
  forget();
  await refresh();
  if (said) toast(said, undo && (() => undo(result).then(refresh)));
}, { class: main ? "main" : null, "aria-label": name, "aria-pressed": pressed === undefined ? null : String(pressed), disabled, id });

/** Ask before what cannot be taken back; answers whether to go on. @param {string} what @param {string} text @returns {Promise<boolean>} */
const confirmed = (what, text) => new Promise((resolve) => {
  let answer = false;
  dialog(what, (close) => [p(text), actions(button(what, () => { answer = true; close(); }, { class: "main" }), button("Leave it", close))]).addEventListener("close", () => resolve(answer));
});

/** Something to copy, which is told once. @param {string} title @param {string} text @param {Maybe<string>} value @param {Child} [more] */
export const copied = (title, text, value, more) => !value ? toast("The answer was lost on its way: make a new one.", undefined, true) : dialog(title, () => [p(text),
  h("input", { readonly: true, value, "aria-label": title, onfocus: (e) => e.target instanceof HTMLInputElement && e.target.select() }), more]);

/** A list that grows page by page, in place. @type {Pager} */
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

/** @template T @param {Page<T>} page @returns {Page} */
export const screen = (page) => page;

/**
 * A screen that is one list.
 * @template {Address<"get">} P @template [A=undefined]
 * @param {Listing<P, A>} list
 * @returns {Page}
 */
export function listing({ path, query, columns, empty: nothing, also, filters: fields, head, above, opens = false, ...page }) {
  /** @param {string} [cursor] @returns {Promise<any>} */
  const load = (cursor) => /** @type {any} */ (get)(path, { limit: 50, .../** @type {{}} */ (query?.()), cursor });
  return {
    ...page,
    load: async () => {
      const [first, other] = await Promise.all([load(), also?.()]);
      return { first, other };
    },
    view: ({ first, other }) => div(heading(page.title, head?.(first.total)),
      above?.(other),
      fields && filters(fields(other)),
      pager(first, load, (/** @type {any[]} */ items) => table(page.title, items, nothing, columns, opens ? (i) => withQuery({ open: i.id }) : undefined))),
  };
}

/** What the address has of a list’s filters. @param {...string} names @returns {any} */
export const given = (...names) => Object.fromEntries(names.filter(param).map((name) => [name, param(name)]));

/** Words of the contract. @template {string} V @param {V[]} words */
export const oneOf = (...words) => words;

/** Options whose value is their label. @param {readonly string[]} values @returns {Choice} */
export const options = (values) => values.map((v) => [v, v.replace(/_/g, " ")]);

export const teachers = () => all("/users", { role: ["teacher"], status: ["active"] });

/** Options of things by id. @param {{ id: string, name: string | null }[]} things @returns {Choice} */
export const named = (things) => things.map((t) => [t.id, t.name ?? "?"]);
