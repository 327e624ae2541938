// Forms: keep what was typed when a refusal comes, and show its message beside the member.
import { Refusal } from "./api.js";
import { actions, fill, h, li, p, span } from "./dom.js";
import { words } from "./format.js";

/** A form. @param {FormOptions} options */
export function form({ fields: wanted, value = {}, action, submit, changed, onlyChanges = false, more, label, current }) {
  const fields = wanted.filter((f) => !!f);
  /** @type {number | undefined} */
  let version = value["version"];
  const problem = h("div", { class: "problem", role: "alert", tabindex: -1, hidden: true });
  const save = h("button", { class: "main", type: "submit" }, action);
  const made = h("form", { novalidate: true, "aria-label": label ?? action },
    problem, fields.map((field) => fieldset(field, value)),
    actions(save, more));
  if (changed) made.addEventListener("input", () => changed(read(made, fields)));

  /** @param {Child} message @param {Schemas["WrongValue"][]} errors */
  function show(message, errors) {
    for (const field of fields) {
      const mine = errors.filter((e) => name(e.pointer) === field.name || name(e.pointer).startsWith(`${field.name}.`)).map((e) => e.message);
      const note = made.querySelector(`[data-error="${field.name}"]`);
      if (note) note.textContent = mine.join(" ");
      made.querySelector(`[name="${field.name}"]`)?.setAttribute("aria-invalid", String(mine.length > 0));
    }
    const elsewhere = errors.filter((e) => !fields.some((f) => name(e.pointer) === f.name || name(e.pointer).startsWith(`${f.name}.`)));
    fill(problem, message, elsewhere.map((e) => p(`${words(name(e.pointer))}: ${e.message}`)));
    problem.hidden = !message;
    const first = made.querySelector('[aria-invalid="true"]');
    if (first instanceof HTMLElement) first.focus();
    else if (message) problem.focus();
  }

  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (save.getAttribute("aria-busy")) return;
    const all = read(made, fields);
    const missing = fields.filter((f) => f.required && (at(all, f.name) ?? "") === "");
    if (missing.length) {
      show("Something is missing.", missing.map((f) => ({ pointer: `/${f.name.replaceAll(".", "/")}`, message: "Fill this in." })));
      return;
    }
    const sent = onlyChanges ? Object.fromEntries(Object.entries(all).filter(([k, v]) => JSON.stringify(v) !== JSON.stringify(value[k] ?? null))) : all;
    save.setAttribute("aria-busy", "true");
    show("", []);
    try {
      await submit(sent, version);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "version_mismatch" && current) await faster(sent, await current());
      else show([error.message, error.conflicts.length > 1 && h("ul", null, error.conflicts.map((c) => li(c["message"])))], error.errors);
    } finally {
      save.removeAttribute("aria-busy");
    }
  });

  /** Both states, and the choice. @param {Values} mine @param {Values} now */
  async function faster(mine, now) {
    const labels = Object.fromEntries(fields.map((f) => [f.name, f]));
    const differing = Object.keys(mine).filter((k) => JSON.stringify(mine[k]) !== JSON.stringify(now[k] ?? null));
    show([
      p("Somebody was faster: this was changed while you wrote."),
      h("table", null, h("thead", null, h("tr", null, ["", "Yours", "Now"].map((t) => h("th", { scope: "col" }, t)))),
        h("tbody", null, differing.map((k) => h("tr", null, h("th", { scope: "row" }, labels[k]?.label ?? words(k)), h("td", null, said(labels[k], mine[k])), h("td", null, said(labels[k], now[k])))))),
      p("Save again to put yours in its place, or leave to keep what is there now."),
    ], []);
    version = now["version"];
  }
  return made;
}

/** @param {Field | undefined} field @param {unknown} value */
const said = (field, value) => field?.options?.find(([v]) => v === value)?.[1] ?? String(value ?? "–");

/** "/student/name" → "student.name" @param {string} pointer */
const name = (pointer) => pointer.replace(/^\//, "").replaceAll("/", ".");

/** @param {Values} values @param {string} path */
const at = (values, path) => path.split(".").reduce((/** @type {any} */ v, key) => v?.[key], values);

/** @param {Field} field @param {Values} value */
function fieldset(field, value) {
  const id = `f-${field.name.replaceAll(".", "-")}-${++count}`;
  const given = at(value, field.name);
  const common = { id, name: field.name, "aria-describedby": `${id}-note`, required: field.required };
  const note = h("div", { id: `${id}-note`, class: "note" }, field.hint && span(field.hint, " "), h("span", { class: "error", "data-error": field.name }));
  if (field.type === "check") {
    return h("div", { class: "field check" }, h("label", null, h("input", { ...common, type: "checkbox", checked: given === true }), " ", field.label), note);
  }
  const control = field.type === "select"
    ? h("select", common, !field.required && h("option", { value: "" }, "–"), field.required && given === undefined && h("option", { value: "" }, "Choose …"),
      (field.options ?? []).map(([v, text]) => h("option", { value: v, selected: v === given }, text)))
    : field.type === "textarea"
      ? h("textarea", { ...common, rows: 3 }, given ?? "")
      : h("input", { ...common, type: field.type ?? "text", value: given ?? "", min: field.min, max: field.max, step: field.step, autocomplete: field.autocomplete ?? "off" });
  return h("div", { class: "field" }, h("label", { for: id }, field.label), control, note);
}
let count = 0;

/** What the form says now: null where nothing is typed. @param {HTMLFormElement} made @param {Field[]} fields */
function read(made, fields) {
  /** @type {Values} */
  const values = {};
  for (const field of fields) {
    const control = made.querySelector(`[name="${field.name}"]`);
    /** @type {any} */
    let value = null;
    if (control instanceof HTMLInputElement && field.type === "check") value = control.checked;
    else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement) {
      const text = field.type === "password" ? control.value : control.value.trim();
      value = text === "" ? null : field.type === "number" ? Number(text) : text;
    }
    const path = field.name.split(".");
    const last = path.pop() ?? "";
    let inside = values;
    for (const key of path) inside = inside[key] ??= {};
    inside[last] = value;
  }
  return values;
}

/**
 * A list's filters: each change is a new address.
 * @param {Field[]} fields
 * @param {URLSearchParams} query
 * @param {(values: Record<string, string>) => void} apply
 */
export function filters(fields, query, apply) {
  const made = h("form", { class: "filters", role: "search", onsubmit: (/** @type {Event} */ e) => e.preventDefault() },
    fields.map((field) => fieldset(field, { [field.name]: query.get(field.name) ?? undefined })));
  let timer = 0;
  made.addEventListener("input", (event) => {
    clearTimeout(timer);
    const isText = event.target instanceof HTMLInputElement && event.target.type !== "date";
    timer = window.setTimeout(() => {
      /** @type {Record<string, string>} */
      const values = {};
      for (const field of fields) values[field.name] = String(read(made, [field])[field.name] ?? "");
      apply(values);
    }, isText ? 250 : 0);
  });
  return made;
}
