// Addresses: #/leads/ID?open=…&search=…  What is shown stands in the address, so back goes back.

/** @param {string} [hash] */
export function here(hash = location.hash) {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", ...parts] = path.split("/").map(decodeURIComponent);
  return { name, parts, query: new URLSearchParams(query) };
}

/**
 * The address of a screen. Empty values are left out.
 * @param {string} path such as "leads" or "leads/ID"
 * @param {Record<string, string | number | boolean | null | undefined>} [query]
 */
export function to(path, query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "" && value !== false) search.set(name, String(value));
  }
  return `#/${path}${search.size ? `?${search}` : ""}`;
}

/**
 * The present address with some of its query changed.
 * @param {Record<string, string | number | boolean | null | undefined>} changed
 */
export function withQuery(changed) {
  const { name, parts, query } = here();
  return to([name, ...parts.map(encodeURIComponent)].join("/"), { ...Object.fromEntries(query), ...changed });
}

/** @param {string} address @param {{ replace?: boolean }} [options] replace: without a step to go back to */
export function go(address, { replace = false } = {}) {
  if (location.hash === address) return;
  if (replace) {
    history.replaceState(null, "", address);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = address;
  }
}
