// All screens, by the first part of their address and in the order of the navigation.
import { leads } from "./screens/leads.js";

/** @type {Record<string, import("./types").Screen>} */
export const SCREENS = {
  leads,
};
