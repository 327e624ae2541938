// Calls of /v1 with the session's token. The token is kept for this tab alone.

const KEY = "ostinato.token";
let token = sessionStorage.getItem(KEY);
let onEnd = () => {};
/** @type {(isThere: boolean) => void} */
let onReach = () => {};
/** @type {AbortSignal | null} */
let leaving = null;
/** Of each act without an answer its key: who tries again does not do it twice. @type {Record<string, string>} */
let keys = {};
const UNREACHED = {
  type: "", status: 503, code: /** @type {const} */ ("unavailable"), title: "Offline", requestId: "",
  detail: "The school cannot be reached. What you typed is still here.",
};

export const base = new URL("v1", document.baseURI.replace(/[^/]*$/, "")).pathname;

/** A refusal: what the service, or the way to it (status 0), answered instead. */
export class Refusal extends Error {
  /** @param {number} status @param {Problem} body */
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
export const whenEnded = (listener) => { onEnd = listener; };

/** @param {(isThere: boolean) => void} listener told whether the service was reached */
export const whenReached = (listener) => { onReach = listener; };

/** @param {AbortSignal} signal ends what is read when another screen is gone to */
export const readUntil = (signal) => { leaving = signal; };

/** @type {Send} */
async function send(method, address, query = {}, sent, version, signal = null) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if ((one ?? "") !== "") search.append(name, String(one));
    }
  }
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (sent !== undefined) headers["Content-Type"] = "application/json";
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  const body = sent === undefined ? null : JSON.stringify(sent);
  const act = method + address + body;
  if (method === "POST") headers["Idempotency-Key"] = keys[act] ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
  const answer = await reach(base + address + (search.size ? `?${search}` : ""), { method, headers, body, signal });
  if (answer.status < 500) delete keys[act];
  if (answer.status === 204) return null;
  const found = await answer.json().catch(() => null);
  if (answer.ok && found) return found;
  if (!found) throw new Refusal(answer.status, UNREACHED);
  if (answer.status === 401 && token && found.code === "unauthenticated") end();
  throw new Refusal(answer.status, found);
}

/** Ask; to read, once more when the service was too busy to begin. @param {string} address @param {RequestInit} request */
async function reach(address, request) {
  try {
    const answer = await fetch(address, request);
    onReach(true);
    if (answer.status !== 503 || request.method !== "GET") return answer;
    await new Promise((resolve) => setTimeout(resolve, 700));
    return await fetch(address, request);
  } catch (error) {
    if (error instanceof DOMException) throw error;
    onReach(false);
    throw new Refusal(0, UNREACHED);
  }
}

/** @type {Read} */
export const get = (address, query) => send("GET", address, query, undefined, undefined, leaving);
/** @type {Write<"post">} */
export const post = (address, body, version) => send("POST", address, {}, body, version);
/** @type {Write<"patch">} */
export const patch = (address, body, version) => send("PATCH", address, {}, body, version);
/** @type {Write<"put">} */
export const put = (address, body, version) => send("PUT", address, {}, body, version);
/** @type {Removal} */
export const remove = (address, version) => send("DELETE", address, {}, undefined, version);

export const unread = () => send("GET", "/notifications/unread-count");

/** @param {boolean} everywhere */
export const logOut = (everywhere) => send("POST", "/auth/logout", { everywhere });

/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/** All items of a list that changes seldom (courses, plans, stages, teachers), kept for a minute. @type {All} */
export function all(address, query) {
  const key = address + JSON.stringify(query ?? {});
  const asked = kept.get(key) ?? pages(address, query);
  if (!kept.has(key)) {
    kept.set(key, asked);
    asked.catch(() => kept.delete(key));
    setTimeout(() => kept.delete(key), 60_000);
  }
  return asked;
}

/** What was changed is not to be remembered as it was. */
export const forget = () => { kept.clear(); keys = {}; };

/** All items of a list. @type {All} */
export async function pages(address, query) {
  const found = [];
  for (let cursor = null; ;) {
    const page = await send("GET", address, { limit: 200, .../** @type {{}} */ (query), cursor });
    found.push(...page.items);
    cursor = page.nextCursor;
    if (!cursor) return found;
  }
}
