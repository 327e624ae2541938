// Elements from function calls. Text is text: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes and children. `on…` are listeners, `class`, `data-…`, `aria-…` and the
 * rest attributes; false, null and undefined leave an attribute out, true names it alone.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown> | null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  put(element, attributes);
  add(element, children);
  return element;
}

/**
 * The same for SVG.
 * @param {string} tag
 * @param {Record<string, unknown> | null} [attributes]
 * @param {...Child} children
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  put(element, attributes);
  add(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, unknown> | null | undefined} attributes
 */
function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (name === "value" && "value" in element) {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/**
 * @param {Element} element
 * @param {Child[]} children
 */
function add(element, children) {
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Put children in place of what an element holds.
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

/**
 * The one element with this id; it has to be there.
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element;
}

/** @param {keyof HTMLElementTagNameMap} tag @param {string} [kind] a class */
const made = (tag, kind) => (/** @type {Child[]} */ ...children) => h(tag, { class: kind }, ...children);

export const [div, span, p, li, small, br] = [made("div"), made("span"), made("p"), made("li"), made("small"), made("br")];
export const [actions, rows, empty] = [made("div", "actions"), made("ul", "rows"), made("p", "empty")];

/** The head of what stands beside, which gets the focus. @param {...Child} children */
export const title = (...children) => h("h2", { tabindex: -1 }, ...children);
