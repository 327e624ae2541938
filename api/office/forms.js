// Forms: keep what was typed when a refusal comes, and show its message beside the member.
import { Refusal } from "./api.js";
import { actions, fill, h, p, span } from "./dom.js";
import { spoken, words } from "./format.js";
import { change, query } from "./router.js";

/** A form. @param {FormOptions} options */
export function form({ fields: wanted, value = {}, action, submit, changed, onlyChanges = false, more, label, current }) {
  const fields = wanted.filter((f) => !!f);
  /** @type {number | undefined} */
  let version = value["version"];
  const problem = h("div", { class: "problem", role: "alert", tabindex: -1, hidden: true });
  const save = h("button", { class: "main", type: "submit" }, action);
  const made = h("form", { novalidate: true, "aria-label": label ?? action },
    problem, fields.map((field) => fieldset(field, at(value, field[0]))),
    actions(save, more));
  made.addEventListener("input", () => {
    made.dataset["typed"] = "yes";
    changed?.(read(made, fields));
  });

  /** @param {Child} message @param {WrongValue[]} errors */
  function show(message, errors) {
    const of = (/** @type {string} */ name, /** @type {WrongValue} */ e) => `${member(e)}.`.startsWith(`${name}.`);
    for (const [name] of fields) {
      const mine = errors.filter((e) => of(name, e)).map((e) => spoken(e.message));
      const note = made.querySelector(`[data-error="${name}"]`);
      if (note) note.textContent = mine.join(" ");
      made.querySelector(`[name="${name}"]`)?.setAttribute("aria-invalid", String(mine.length > 0));
    }
    fill(problem, message, errors.filter((e) => !fields.some(([name]) => of(name, e))).map((e) => p(`${words(member(e))}: ${spoken(e.message)}`)));
    problem.hidden = !message;
    const first = made.querySelector('[aria-invalid="true"]');
    if (first instanceof HTMLElement) first.focus();
    else if (message) problem.focus();
  }

  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (save.getAttribute("aria-busy")) return;
    const all = read(made, fields);
    const missing = fields.filter(([name, label]) => label.endsWith("*") && (at(all, name) ?? "") === "");
    if (missing.length) {
      show("Something is missing.", missing.map(([name]) => ({ pointer: `/${name.replaceAll(".", "/")}`, message: "Fill this in." })));
      return;
    }
    const sent = onlyChanges ? Object.fromEntries(Object.entries(all).filter(([k, v]) => differs(v, value[k]))) : all;
    save.setAttribute("aria-busy", "true");
    show("", []);
    delete made.dataset["typed"];
    try {
      await submit(sent, version);
    } catch (error) {
      made.dataset["typed"] = "yes";
      if (!(error instanceof Refusal)) {
        show("Something went wrong on this page.", []);
        throw error;
      }
      if (error.code === "version_mismatch" && current) faster(sent, await current());
      else show(told(error), error.errors);
    } finally {
      save.removeAttribute("aria-busy");
    }
  });

  /** Both states, and the choice. @param {Values} mine @param {Values} now */
  function faster(mine, now) {
    show([
      p("Somebody was faster: this was changed while you wrote."),
      h("table", null, h("thead", null, h("tr", null, ["", "Yours", "Now"].map((t) => h("th", { scope: "col" }, t)))),
        h("tbody", null, fields.filter(([name]) => name in mine && differs(mine[name], now[name])).map(([name, label, kind]) =>
          h("tr", null, h("th", { scope: "row" }, label.replace("*", "")), [mine, now].map((state) => h("td", null, said(kind, state[name]))))))),
      p("Save again to put yours in its place, or leave to keep what is there now."),
    ], []);
    version = now["version"];
  }
  return made;
}

/** A refusal's words, with each of several conflicts. @param {Refusal} error */
export const told = ({ message, conflicts }) => [spoken(message), conflicts.length > 1 && h("ul", null, conflicts.map((c) => h("li", null, spoken(c.message))))];

/** @param {unknown} one @param {unknown} other */
const differs = (one, other) => String(one ?? "") !== String(other ?? "");

/** @param {Field[2]} kind @param {unknown} value */
const said = (kind, value) => (Array.isArray(kind) && kind.find(([v]) => v === String(value))?.[1]) || String(value ?? "–");

/** "/student/name" → "student.name" @param {{ pointer: string }} error */
const member = ({ pointer }) => pointer.slice(1).replaceAll("/", ".");

/** @param {Values} values @param {string} path */
const at = (values, path) => path.split(".").reduce((/** @type {any} */ v, key) => v?.[key], values);

/** @param {Field} field @param {any} value */
function fieldset([name, text, kind = "text", { hint, ...more } = {}], value) {
  const label = text.replace("*", "");
  const required = label !== text;
  const id = `f-${name.replaceAll(".", "-")}-${++count}`;
  const common = { id, name, "aria-describedby": `${id}-note`, required, ...more };
  const note = h("div", { id: `${id}-note`, class: "note" }, hint && span(hint, " "), h("span", { class: "error", "data-error": name }));
  if (kind === "check") {
    return h("div", { class: "field check" }, h("label", null, h("input", { ...common, type: "checkbox", checked: value === true }), " ", label), note);
  }
  const empty = required ? !(Array.isArray(kind) && kind.some(([v]) => v === String(value))) && "Choose …" : "–";
  return h("div", { class: "field" }, h("label", { for: id }, label),
    Array.isArray(kind) ? h("select", common, empty && h("option", { value: "" }, empty), kind.map(([v, said]) => h("option", { value: v, selected: v === String(value) }, said)))
      : kind === "textarea" ? h("textarea", { ...common, rows: 3 }, value)
        : h("input", { autocomplete: "off", ...common, type: kind, value: value ?? "" }),
    note);
}
let count = 0;

/** What the form says now: null where nothing is typed. @param {HTMLFormElement} made @param {Field[]} fields */
function read(made, fields) {
  /** @type {Values} */
  const values = {};
  for (const [name, , kind] of fields) {
    const control = /** @type {HTMLInputElement} */ (made.querySelector(`[name="${name}"]`));
    const text = kind === "password" ? control.value : control.value.trim();
    const path = name.split(".");
    const last = path.pop() ?? "";
    let inside = values;
    for (const key of path) inside = inside[key] ??= {};
    inside[last] = kind === "check" ? control.checked : text === "" ? null : kind === "number" ? Number(text) : text;
  }
  return values;
}

/**
 * A list's filters: each change is a new address.
 * @param {FormOptions["fields"]} wanted @param {URLSearchParams} [shown] @param {(values: Record<string, string>) => void} [apply]
 */
export function filters(wanted, shown = query(), apply = (values) => change({ ...values, open: null })) {
  const fields = wanted.filter((f) => !!f);
  const made = h("form", { class: "filters", role: "search", onsubmit: (e) => e.preventDefault() },
    fields.map((field) => fieldset(field, shown.get(field[0]) ?? undefined)));
  let timer = 0;
  const send = () => {
    clearTimeout(timer);
    timer = 0;
    apply(Object.fromEntries(Object.entries(read(made, fields)).map(([name, value]) => [name, value ?? ""])));
  };
  made.addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    timer = window.setTimeout(send, target instanceof HTMLInputElement ? (target.type === "date" ? 1_000 : 250) : 0);
  });
  made.addEventListener("focusout", () => { if (timer) send(); });
  return made;
}
