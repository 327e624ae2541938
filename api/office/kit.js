// All that a screen is written with.
export * from "./api.js";
export * from "./dom.js";
export * from "./format.js";
export * from "./forms.js";
export * from "./parts.js";
export * from "./router.js";
export * from "./session.js";
