// Addresses: #/leads?open=ID&search=…  What is shown stands in the address, so back goes back.

/** The screen's name, what stands below it (of #/reports/funnel "funnel"), and after the question mark. */
export function here() {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name = "", ...parts] = path.split("/").map(decodeURIComponent);
  return { name, parts, query: new URLSearchParams(query) };
}

export const query = () => here().query;

/** @param {string} name */
export const param = (name) => query().get(name);

/** What stands beside the screen: an id, and never the way to another address. */
export const opened = () => /^\w[\w.-]*$/.exec(param("open") ?? "")?.[0] ?? null;

/** The address of a screen. Empty values are left out. @param {string} path @param {Asked} [query] */
export function to(path, query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if ((value || "") !== "") search.set(name, String(value));
  }
  return `#/${path}${search.size ? `?${search}` : ""}`;
}

/** The present address with some of its query changed. @param {Asked} changed */
export function withQuery(changed) {
  const { name, parts, query } = here();
  return to([name, ...parts].map(encodeURIComponent).join("/"), { ...Object.fromEntries(query), ...changed });
}

/** @param {string} address */
export const go = (address) => { location.hash = address; };

/** The present address with some of its query changed, without a step to go back to. @param {Asked} changed */
export const change = (changed) => instead(withQuery(changed));

/** Go there without a step to go back to. @param {string} address */
export function instead(address) {
  if (location.hash === address) return;
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

let show = async () => {};

/** Load and show anew what the address names. */
export const refresh = () => show();

/** @param {() => Promise<void>} shows */
export const refreshBy = (shows) => { show = shows; };
