// People, and who asked for access.
import { get, patch, post, remove } from "../api.js";
import { actions, div, h, li, rows, small, span, title } from "../dom.js";
import { form } from "../forms.js";
import { when } from "../format.js";
import { act, ask, button, chip, copied, done, facts, link, listing, options, picked, section, state, toast } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { me } from "../session.js";

const ROLES = /** @type {const} */ (["super_admin", "admin", "staff", "teacher", "student"]);
const STATES = /** @type {const} */ (["active", "disabled"]);

/** The roles that I may give. */
const given = () => options(ROLES.filter((r) => me().role === "super_admin" || !r.includes("admin")));

export const people = listing({
  title: "People",
  needs: ["createUser"],
  nav: "School",
  path: "/v1/users",
  query: (q) => ({ ...picked(q, "role", ROLES), ...picked(q, "status", STATES), ...(q.get("search") && { search: q.get("search") ?? "" }) }),
  also: async () => (await get("/v1/access-requests", { query: { status: ["pending"] } })).items,
  head: (place) => button("New person", () => create(place), { class: "main" }),
  above: (requests, place) => requests.length > 0 && section(`Ask for access (${requests.length})`, rows(requests.map((r) => li(span(h("b", null, r.name), ` ${r.email}, as ${r.role.replace("_", " ")}`, r.message && small(` “${r.message}”`), small(` ${when(r.createdAt)}`)),
    h("span", { class: "actions" }, button("Approve", () => approve(r, place), { class: "main" }), button("Reject", () => ask(place, `Reject ${r.name}`, {
      action: "Reject",
      fields: [{ name: "reason", label: "Why" }],
      submit: ({ reason }) => post("/v1/access-requests/{accessRequestId}/reject", { path: { accessRequestId: r.id }, body: { reason } }),
    }))))))),
  filters: () => [{ name: "search", label: "Search" }, { name: "role", label: "Role", type: "select", options: options(ROLES) }, { name: "status", label: "State", type: "select", options: options(STATES) }],
  opens: true,
  empty: "Nobody here.",
  columns: () => [
    ["Name", (u) => u.name],
    ["Role", (u) => u.role.replace("_", " "), "narrow"],
    ["E-mail", (u) => ("email" in u ? u.email : null)],
    ["Phone", (u) => ("phone" in u ? u.phone : null), "narrow"],
    ["State", (u) => ("status" in u ? state(u.status) : null), "narrow"],
  ],
  beside: person,
});

/** @param {string} id @param {Place} place */
async function person(id, place) {
  const path = { userId: id };
  const u = await get("/v1/users/{userId}", { path });
  if (!("email" in u)) return div(title(u.name), chip(u.role));
  const touchable = me().role === "super_admin" || !u.role.includes("admin");
  const set = (/** @type {"active" | "disabled"} */ status) => patch("/v1/users/{userId}", { path, body: { status } });
  const other = u.status === "active" ? "disabled" : "active";
  return div(title(u.name),
    facts([["Role", u.role.replace("_", " ")], ["E-mail", u.email], ["Phone", u.phone], ["State", state(u.status)], ["Since", when(u.createdAt)]]),
    u.role === "student" && actions(link(to("admissions", { studentId: id }), "Admissions", "button"), link(to("admit", { studentId: id }), "Admit again", "button")),
    touchable && actions(u.email && button("New activation", async () => invite(u.name, (await post("/v1/users/{userId}/activation", { path })).token)),
      act(place, u.status === "active" ? "Disable" : "Enable", () => set(other), { said: `${u.name} is ${other}.`, undo: () => set(u.status) }),
      act(place, "Delete", async () => {
        await remove("/v1/users/{userId}", { path });
        go(withQuery({ open: null }));
      }, { sure: "This cannot be taken back. Who has classes or seats cannot be deleted." })),
    touchable && section("Change", form({
      action: "Save", value: u, onlyChanges: true, current: () => get("/v1/users/{userId}", { path }),
      fields: [
        { name: "name", label: "Name", required: true }, { name: "email", label: "E-mail", type: "email" }, { name: "phone", label: "Phone", type: "tel" },
        { name: "role", label: "Role", type: "select", required: true, options: given(), hint: "Another role ends their sessions." },
      ],
      submit: async (body, version) => {
        await patch("/v1/users/{userId}", { path, body, version });
        done();
        await place.refresh();
        toast("Saved.");
      },
    })));
}

/** The token of a first password, shown once. @param {string} name @param {string | null} token */
const invite = (name, token) => copied(`Activation of ${name}`, "Send this address to the person; it sets the first password, once, within three days. It is not shown again.", `${location.origin}${location.pathname}#/activate?token=${token}`);

/** @param {Place} place */
const create = (place) => ask(place, "New person", {
  fields: [
    { name: "name", label: "Name", required: true }, { name: "role", label: "Role", type: "select", required: true, options: given() },
    { name: "email", label: "E-mail", type: "email", hint: "With one the person can log in." }, { name: "phone", label: "Phone", type: "tel" },
  ],
  submit: async ({ name, role, email, phone }) => {
    const made = await post("/v1/users", { body: { name, role, email, phone } });
    if (made.activation) invite(made.name, made.activation.token);
    else toast(`${made.name} is there.`);
  },
});

/** @param {Schemas["AccessRequest"]} r @param {Place} place */
const approve = (r, place) => ask(place, `Approve ${r.name}`, {
  action: "Approve",
  value: { role: r.role },
  fields: [{ name: "role", label: "Role", type: "select", required: true, options: given() }],
  submit: async ({ role }) => {
    const { user, activation } = await post("/v1/access-requests/{accessRequestId}/approve", { path: { accessRequestId: r.id }, body: { role } });
    invite(user.name, activation.token);
  },
});
