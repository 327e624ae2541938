// Who is here: asked for once, and again when something of it was changed.
import { get } from "./api.js";
import { speak } from "./format.js";

/** @type {Answer<"get", "/v1/me"> | null} */
let person = null;

/** Ask who is here and how they want dates. */
export async function arrive() {
  const [me, settings] = await Promise.all([get("/me"), get("/me/settings")]);
  person = me;
  speak(settings.locale ?? navigator.language, me.school.timezone);
  return me;
}

export function me() {
  if (!person) throw new Error("nobody is here");
  return person;
}

/** @param {string} operation an operationId of the OpenAPI document */
export const may = (operation) => me().operations.includes(operation);
