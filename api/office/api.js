// Calls of /v1 with the session's token. The token is kept for this tab alone.


const KEY = "ostinato.token";
/** @type {string | null} */
let token = sessionStorage.getItem(KEY);
/** @type {() => void} */
let onEnd = () => {};

export const base = new URL("v1", document.baseURI.replace(/[^/]*$/, "")).pathname;

/** A refusal: what the service, or the way to it, answered instead. */
export class Refusal extends Error {
  /**
   * @param {number} status 0: the service was not reached
   * @param {Schemas["Problem"]} body
   */
  constructor(status, body) {
    super(body.detail ?? body.title);
    this.status = status;
    this.code = body.code;
    this.body = body;
    this.errors = body.errors ?? [];
    this.conflicts = body.conflicts ?? [];
  }
}

export const signedIn = () => token !== null;

/** @param {string} value */
export function begin(value) {
  token = value;
  sessionStorage.setItem(KEY, value);
}

/** Forget everything of the person. */
export function end() {
  token = null;
  sessionStorage.clear();
  kept.clear();
  onEnd();
}

/** @param {() => void} listener called when the session is over */
export function whenEnded(listener) {
  onEnd = listener;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{ path?: any, query?: any, body?: unknown, version?: number | undefined } | undefined} options
 * @returns {Promise<any>}
 */
async function send(method, path, options = {}) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(options.path[name]));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== "") query.append(name, String(one));
    }
  }
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
  if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID();
  const address = base + filled.replace(/^\/v1/, "") + (query.size ? `?${query}` : "");
  const answer = await reach(address, {
    method,
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: method === "GET" ? leaving : null,
  });
  if (answer.status === 204) return null;
  const body = await answer.json();
  if (answer.ok) return body;
  if (answer.status === 401 && token && body.code === "unauthenticated") end();
  throw new Refusal(answer.status, body);
}

/**
 * Ask, and once more where a write may have been lost on the way: its key makes it one.
 * @param {string} address
 * @param {RequestInit} request
 */
async function reach(address, request) {
  for (let left = request.method === "PATCH" ? 0 : 1; ; left--) {
    try {
      const answer = await fetch(address, request);
      if (answer.status !== 503 || !left) return told(answer);
      await new Promise((resolve) => setTimeout(resolve, 700));
    } catch (error) {
      if (error instanceof DOMException || left) {
        if (error instanceof DOMException) throw error;
        continue;
      }
      tell(false);
      throw new Refusal(0, {
        type: "", status: 503, code: "unavailable", title: "Offline", requestId: "",
        detail: "The school cannot be reached. What you typed is still here.",
      });
    }
  }
}

/** @type {(isThere: boolean) => void} */
let tell = () => {};

/** @type {AbortSignal | null} */
let leaving = null;

/** @param {AbortSignal} signal ends what is read when another place is gone to */
export function readUntil(signal) {
  leaving = signal;
}

/** @param {(isThere: boolean) => void} listener told whether the service was reached */
export function whenReached(listener) {
  tell = listener;
}

/** @param {Response} answer */
function told(answer) {
  tell(true);
  return answer;
}

/** @template {Method} M @typedef {<P extends PathOf<M>>(path: P, options?: Options<M, P>) => Promise<Answer<M, P>>} Call */

/** @type {Call<"get">} */
export const get = (path, options) => send("GET", path, options);
/** @type {Call<"post">} */
export const post = (path, options) => send("POST", path, options);
/** @type {Call<"patch">} */
export const patch = (path, options) => send("PATCH", path, options);
/** @type {Call<"put">} */
export const put = (path, options) => send("PUT", path, options);
/** @type {Call<"delete">} */
export const remove = (path, options) => send("DELETE", path, options);

/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/**
 * All items of a list that changes seldom (courses, plans, stages, teachers), kept for a minute.
 * @template {PathOf<"get">} P
 * @param {P} path
 * @param {Options<"get", P>["query"]} [query]
 * @returns {Promise<Items<P>[]>}
 */
export function all(path, query) {
  const key = path + JSON.stringify(query ?? {});
  const found = kept.get(key);
  if (found) return found;
  const asked = pages(path, query);
  kept.set(key, asked);
  asked.catch(() => kept.delete(key));
  setTimeout(() => kept.delete(key), 60_000);
  return asked;
}

/** What was changed is not to be remembered as it was. */
export const forget = () => kept.clear();

/**
 * @param {string} path
 * @param {Record<string, any> | undefined} query
 */
async function pages(path, query) {
  const found = [];
  for (let cursor = null; ;) {
    const page = await send("GET", path, { query: { limit: 200, ...query, cursor } });
    found.push(...page.items);
    cursor = page.nextCursor;
    if (!cursor) return found;
  }
}
