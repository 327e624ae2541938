// People, and who asked for access.
import { act, actions, ask, b, button, chip, copied, div, facts, form, get, given, go, listing, me, options, patch, post, remove, rows, saving, section, small, span, state, title, to, toast, way, when, withQuery } from "../kit.js";

const ROLES = ["super_admin", "admin", "staff", "teacher", "student"];
const STATES = ["active", "disabled"];

/** The roles that I may give. */
const mine = () => options(ROLES.filter((r) => me().role === "super_admin" || !r.includes("admin")));

export const people = listing({
  title: "People", needs: ["createUser"], nav: "School",
  path: "/users",
  query: () => given("role", "status", "search"),
  also: async () => (await get("/access-requests", { status: ["pending"] })).items,
  head: () => button("New person", create, { class: "main" }),
  above: (requests) => requests.length > 0 && section(`Ask for access (${requests.length})`, rows(requests, (r) => [span(b(r.name), ` ${r.email}, as ${r.role.replace("_", " ")}`, r.message && small(` “${r.message}”`), small(` ${when(r.createdAt)}`)),
    actions(button("Approve", () => approve(r), { class: "main" }), button("Reject", () => ask(`Reject ${r.name}`, {
      action: "Reject",
      fields: [["reason", "Why"]],
      submit: (why) => post(`/access-requests/${r.id}/reject`, why),
    })))])),
  filters: () => [["search", "Search"], ["role", "Role", options(ROLES)], ["status", "State", options(STATES)]],
  opens: true,
  empty: "Nobody here.",
  columns: [
    ["Name", (u) => u.name],
    ["Role", (u) => u.role.replace("_", " "), "narrow"],
    ["E-mail", (u) => ("email" in u ? u.email : null)],
    ["Phone", (u) => ("phone" in u ? u.phone : null), "narrow"],
    ["State", (u) => ("status" in u ? state(u.status) : null), "narrow"],
  ],
  beside: person,
});

/** @param {string} id */
async function person(id) {
  const u = await get(`/users/${id}`);
  if (!("email" in u)) return div(title(u.name, u), chip(u.role));
  const touchable = me().role === "super_admin" || !u.role.includes("admin");
  const set = (/** @type {"active" | "disabled"} */ status) => patch(`/users/${id}`, { status });
  const other = u.status === "active" ? "disabled" : "active";
  return div(title(u.name, u),
    facts([["Role", u.role.replace("_", " ")], ["E-mail", u.email], ["Phone", u.phone], ["State", state(u.status)], ["Since", when(u.createdAt)]]),
    u.role === "student" && actions(way(to("admissions", { studentId: id }), "Admissions"), way(to("admit", { studentId: id }), "Admit again")),
    touchable && actions(u.email && button("New activation", async () => invite(u.name, (await post(`/users/${id}/activation`)).token)),
      act(u.status === "active" ? "Disable" : "Enable", () => set(other), { said: `${u.name} is ${other}.`, undo: () => set(u.status) }),
      act("Delete", async () => {
        await remove(`/users/${id}`);
        go(withQuery({ open: null }));
      }, { sure: "This cannot be taken back. Who has classes or seats cannot be deleted." })),
    touchable && section("Change", form({
      action: "Save", value: u, onlyChanges: true, current: () => get(`/users/${id}`),
      fields: [
        ["name", "Name*"], ["email", "E-mail", "email"], ["phone", "Phone", "tel"],
        ["role", "Role*", mine(), { hint: "Another role ends their sessions, gives their leads back and takes their courses away." }],
      ],
      submit: saving((body, version) => patch(`/users/${id}`, body, version), "Saved."),
    })));
}

/** The token of a first password, shown once. @param {string} name @param {string | null} token */
const invite = (name, token) => copied(`Activation of ${name}`, "Send this address to the person; it sets the first password, once, within three days. It is not shown again.", token && `${location.origin}${location.pathname}#/activate?token=${token}`);

const create = () => ask("New person", {
  fields: [
    ["name", "Name*"], ["role", "Role*", mine()],
    ["email", "E-mail", "email", { hint: "With one the person can log in." }], ["phone", "Phone", "tel"],
  ],
  submit: async (values) => {
    const made = await post("/users", values);
    if (made.activation) invite(made.name, made.activation.token);
    else toast(`${made.name} is there.`);
  },
});

/** @param {AccessRequest} r */
const approve = (r) => ask(`Approve ${r.name}`, {
  action: "Approve",
  value: { role: r.role },
  fields: [["role", "Role*", mine()]],
  submit: async (given) => {
    const { user, activation } = await post(`/access-requests/${r.id}/approve`, given);
    invite(user.name, activation.token);
  },
});
