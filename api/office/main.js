import { signedIn, whenEnded } from "./api.js";
import { enter } from "./screens/login.js";
import { open } from "./shell.js";

/** The school for who is logged in, the log-in for who is not. */
async function start() {
  if (signedIn()) await open();
  else enter(start);
}

// A page made anew has nothing left of the person.
whenEnded(() => location.reload());
start();
