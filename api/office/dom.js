// Elements from function calls. Text is text: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes and children. `on…` are listeners, `class`, `data-…`, `aria-…` and the
 * rest attributes; false, null and undefined leave an attribute out, true names it alone.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Attributes | null} [attributes] @param {...Child} children
 */
export function h(tag, attributes, ...children) {
  return put(document.createElement(tag), attributes, children);
}

/** The same for SVG. @param {string} tag @param {Attributes | null} [attributes] @param {...Child} children */
export function svg(tag, attributes, ...children) {
  return put(document.createElementNS(SVG, tag), attributes, children);
}

/** @template {Element} E @param {E} element @param {Maybe<Attributes>} attributes @param {Child[]} children */
function put(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if ((value ?? false) === false) continue;
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (name === "value" && "value" in element) {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  add(element, children);
  return element;
}

/** @param {Element} element @param {Child[]} children */
function add(element, children) {
  for (const child of children.flat(9)) {
    if ((child ?? false) !== false) element.append(child instanceof Node ? child : String(child));
  }
}

/** Put children in place of what an element holds. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

/** The one element with this id; it has to be there. @param {string} id */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element;
}

/** @param {keyof HTMLElementTagNameMap} tag @param {string} [kind] a class */
const made = (tag, kind) => (/** @type {Child[]} */ ...children) => h(tag, { class: kind }, ...children);

export const [div, span, p, li, b, small, br] = [made("div"), made("span"), made("p"), made("li"), made("b"), made("small"), made("br")];
export const [actions, empty, note, lanes] = [made("div", "actions"), made("p", "empty"), made("p", "note"), made("div", "board")];

/** @param {Child} name @param {...Child} children */
export const details = (name, ...children) => h("details", null, h("summary", null, name), children);

/** One above the other, which is smaller. @param {Child} one @param {...Child} other */
export const over = (one, ...other) => [one, br(), small(other)];

/** The head of what stands beside, which gets the focus; of another version it is another. @param {Child} text @param {{ version?: number, name?: Maybe<string> }} [item] */
export const title = (text, item) => h("h2", { tabindex: -1, "data-version": item?.version }, text);
