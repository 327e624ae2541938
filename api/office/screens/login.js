// The log-in, the first password, and the request for access: the only screens for nobody.
import { begin, post } from "../api.js";
import { byId, fill, h, p } from "../dom.js";
import { form } from "../forms.js";

/** @param {() => void} start what follows a log-in */
export function enter(start) {
  const activation = new URLSearchParams(location.hash.split("?")[1] ?? "").get("token");
  fill(byId("app"), activation !== null ? activate(start, activation) : logIn(start));
  byId("app").querySelector("input")?.focus();
}

/** @param {() => void} start */
function logIn(start) {
  return h("main", { class: "alone" },
    h("h1", null, "Ostinato"),
    form({
      label: "Log in",
      action: "Log in",
      fields: [
        { name: "email", label: "E-mail", type: "email", required: true, autocomplete: "username" },
        { name: "password", label: "Password", type: "password", required: true, autocomplete: "current-password" },
      ],
      submit: async (values) => {
        const { accessToken } = await post("/v1/auth/login", { body: { email: values.email, password: values.password } });
        begin(accessToken);
        start();
      },
    }),
    h("details", null, h("summary", null, "I have a token for my first password"), p(h("button", { type: "button", onclick: () => fill(byId("app"), activate(start, "")) }, "Set my first password"))),
    h("details", null, h("summary", null, "Ask for access"), request()),
    h("p", { class: "note" }, "For programs: ", h("a", { href: "docs" }, "documentation"), ", ", h("a", { href: "openapi.json" }, "OpenAPI"), ", ", h("a", { href: "problems" }, "refusals")));
}

/** @param {() => void} start @param {string} token */
function activate(start, token) {
  return h("main", { class: "alone" },
    h("h1", null, "Set your first password"),
    form({
      action: "Set the password",
      value: { token },
      fields: [
        { name: "token", label: "Token", required: true },
        { name: "password", label: "Password", type: "password", required: true, hint: "12 characters or more.", autocomplete: "new-password" },
      ],
      submit: async (values) => {
        const { accessToken } = await post("/v1/auth/activate", { body: { token: values.token, password: values.password } });
        begin(accessToken);
        history.replaceState(null, "", location.pathname);
        start();
      },
    }),
    p(h("button", { type: "button", onclick: () => fill(byId("app"), logIn(start)) }, "Back to the log-in")));
}

function request() {
  const made = form({
    action: "Send the request",
    fields: [
      { name: "name", label: "Name", required: true, autocomplete: "name" },
      { name: "email", label: "E-mail", type: "email", required: true, autocomplete: "email" },
      { name: "role", label: "I am a", type: "select", required: true, options: [["student", "student"], ["teacher", "teacher"], ["staff", "member of staff"]] },
      { name: "message", label: "Message", type: "textarea" },
    ],
    submit: async (values) => {
      await post("/v1/access-requests", { body: { name: values.name, email: values.email, role: values.role, ...(values.message && { message: values.message }) } });
      made.replaceWith(h("p", { role: "status" }, "Received. The school will answer by e-mail."));
    },
  });
  return made;
}
