// What changes elsewhere: the stream of one's notifications, and a look every now and then.
import { base, post, signedIn } from "./api.js";

const LOOK_AGAIN_MS = 12_000;
const LONGEST_WAIT_MS = 120_000;

/** Fires "notification", and "look" when a screen should load anew. */
export const changes = new EventTarget();

let last = "";
let wait = 0;

/** Listen as long as there is this page. */
export function start() {
  connect();
  setInterval(look, LOOK_AGAIN_MS);
  document.addEventListener("visibilitychange", look);
}

const look = () => { if (!document.hidden) changes.dispatchEvent(new Event("look")); };

async function connect() {
  if (!signedIn()) return;
  try {
    const { url } = await post("/notifications/stream-ticket");
    if (url === null) throw new Error("the ticket was lost on its way");
    const address = new URL(url, location.href);
    // The ticket's address may be the public one; this page was reached by its own.
    const own = new URL(base.replace(/v1$/, "") + address.pathname.replace(/^.*?(?=v1\/)/, "") + address.search, location.href);
    if (last) own.searchParams.set("lastEventId", last);
    const source = new EventSource(own);
    source.addEventListener("notification", (event) => {
      last = event.lastEventId;
      changes.dispatchEvent(new Event("notification"));
      look();
    });
    source.addEventListener("open", () => { wait = 0; });
    source.addEventListener("error", () => {
      source.close();
      again();
    });
  } catch {
    again();
  }
}

/** Connect anew, the later the more often that failed. */
function again() {
  wait = Math.min(2 * wait + 5_000, LONGEST_WAIT_MS);
  setTimeout(connect, wait);
}
