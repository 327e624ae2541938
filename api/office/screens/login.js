// The log-in, the first password, and the request for access: the only screens for nobody.
import { actions, begin, button, byId, details, fill, form, h, link, note, post } from "../kit.js";

/** @param {() => Promise<void>} start what follows a log-in */
export function enter(start) {
  const activation = new URLSearchParams(location.hash.split("?")[1] ?? "").get("token");
  show(activation !== null ? activate(start, activation) : logIn(start));
  byId("app").querySelector("input")?.focus();
}

/** @param {Node} page */
const show = (page) => fill(byId("app"), page);

/** @param {() => Promise<void>} start @returns {Node} */
function logIn(start) {
  return h("main", { class: "alone" },
    h("h1", null, "Ostinato"),
    form({
      label: "Log in",
      action: "Log in",
      fields: [
        ["email", "E-mail*", "email", { autocomplete: "username" }],
        ["password", "Password*", "password", { autocomplete: "current-password" }],
      ],
      submit: async (values) => {
        const { accessToken } = await post("/auth/login", values);
        begin(accessToken);
        await start();
      },
    }),
    details("I have a token for my first password", button("Set my first password", () => show(activate(start, "")))),
    details("Ask for access", request()),
    note("For programs: ", link("docs", "documentation"), ", ", link("openapi.json", "OpenAPI"), ", ", link("problems", "refusals")));
}

/** @param {() => Promise<void>} start @param {string} token @returns {Node} */
function activate(start, token) {
  return h("main", { class: "alone" },
    h("h1", null, "Set your first password"),
    form({
      action: "Set the password",
      value: { token },
      fields: [
        ["token", "Token*"],
        ["password", "Password*", "password", { hint: "12 characters or more.", autocomplete: "new-password" }],
      ],
      submit: async (values) => {
        const { accessToken } = await post("/auth/activate", values);
        begin(accessToken);
        history.replaceState(null, "", location.pathname);
        await start();
      },
    }),
    actions(button("Back to the log-in", () => show(logIn(start)))));
}

function request() {
  const made = form({
    action: "Send the request",
    fields: [
      ["name", "Name*", "text", { autocomplete: "name" }],
      ["email", "E-mail*", "email", { autocomplete: "email" }],
      ["role", "I am a*", [["student", "student"], ["teacher", "teacher"], ["staff", "member of staff"]]],
      ["message", "Message", "textarea"],
    ],
    submit: async (values) => {
      await post("/access-requests", values);
      made.replaceWith(h("p", { role: "status" }, "Received. If the school lets you in, you get an e-mail."));
    },
  });
  return made;
}
