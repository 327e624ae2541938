// What changes elsewhere: the stream of one's notifications, and a look every now and then.
import { base, post, signedIn } from "./api.js";

const LOOK_AGAIN_MS = 12_000;
const CONNECT_AGAIN_MS = 5_000;

/** Fires "notification" (detail: the item) and "look" when a screen should load anew. */
export const changes = new EventTarget();

let last = "";

/** Listen as long as there is this page. */
export function start() {
  connect();
  setInterval(() => {
    if (!document.hidden) changes.dispatchEvent(new Event("look"));
  }, LOOK_AGAIN_MS);
}

async function connect() {
  if (!signedIn()) return;
  try {
    const { url } = await post("/v1/notifications/stream-ticket");
    if (url === null) return;
    const address = new URL(url, location.href);
    // The ticket's address may be the public one; this page was reached by its own.
    const own = new URL(base.replace(/v1$/, "") + address.pathname.replace(/^.*?(?=v1\/)/, "") + address.search, location.href);
    if (last) own.searchParams.set("lastEventId", last);
    const source = new EventSource(own);
    source.addEventListener("notification", (event) => {
      last = event.lastEventId;
      changes.dispatchEvent(new CustomEvent("notification", { detail: JSON.parse(event.data) }));
      changes.dispatchEvent(new Event("look"));
    });
    source.addEventListener("error", () => {
      source.close();
      setTimeout(connect, CONNECT_AGAIN_MS);
    });
  } catch {
    setTimeout(connect, CONNECT_AGAIN_MS);
  }
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && signedIn()) changes.dispatchEvent(new Event("look"));
});
