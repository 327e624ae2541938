// Settings of the school, and what runs behind it: jobs, deliveries, webhooks.
import { get, patch, post, remove } from "../api.js";
import { actions, br, div, h, li, rows, small, span } from "../dom.js";
import { form } from "../forms.js";
import { number, when, words } from "../format.js";
import { act, ask, button, chip, copied, dialog, done, heading, listing, nameOf, options, picked, section, state, table, toast } from "../parts.js";
import { may } from "../session.js";

/** @param {string} name @param {string} label @param {number} min @param {number} max @param {string} [hint] @returns {Field} */
const count = (name, label, min, max, hint) => ({ name, label, type: "number", min, max, required: !hint, ...(hint && { hint }) });

/** @type {Page<Schemas["Setting"]>} */
export const settings = {
  title: "Settings",
  needs: ["createCourse"],
  nav: "School",
  load: () => get("/v1/settings"),
  view: (s, place) => div(heading("Settings"),
    !may("updateSettings") && h("p", { class: "note" }, "Only a super admin changes them."),
    form({
      action: "Save", value: s, onlyChanges: true, label: "Settings", current: () => get("/v1/settings"),
      fields: [
        { name: "schoolName", label: "Name of the school", required: true }, { name: "timezone", label: "Time zone", required: true, hint: "Days begin and end by it." },
        { name: "phoneRegion", label: "Country of phone numbers", required: true }, { name: "locale", label: "Language", required: true }, { name: "currency", label: "Currency", required: true },
        count("rescheduleNoticeHours", "Hours before a class until which it can be moved", 0, 336), count("reschedulesPerAdmission", "Moves of an admission", 0, 100, "Empty: any number."),
        count("rescheduleWithinDays", "Days ahead to which a class can be moved", 1, 365), count("waitlistOfferHours", "Hours that an offered seat is held", 1, 336),
        count("trialsPerLead", "Trial classes of a lead", 0, 10), count("pauseDaysPerAdmission", "Days of pause of an admission", 0, 366),
      ],
      submit: async (body, version) => {
        await patch("/v1/settings", { body, version });
        done();
        toast("Saved. Name and time zone show after the next log-in.");
        await place.refresh();
      },
    })),
};

const KINDS = /** @type {const} */ (["email", "webhook"]);
const STATES = /** @type {const} */ (["pending", "sent", "dead"]);

export const system = listing({
  title: "Jobs and deliveries",
  needs: ["listJobs"],
  nav: "School",
  path: "/v1/deliveries",
  query: (q) => ({ ...picked(q, "kind", KINDS), ...picked(q, "status", STATES) }),
  also: async () => (await get("/v1/jobs", { query: { limit: 200 } })).items,
  above: (jobs, place) => section("Jobs", table({
    label: "Jobs", items: jobs.map((j) => ({ ...j, id: j.name })), empty: "No job.",
    columns: [
      ["Job", (j) => [words(j.name), br(), small(j.description)], "wide"],
      ["Last run", (j) => (j.lastRun ? [when(j.lastRun.startedAt), br(), small(`${number(j.lastRun.rows)} rows`)] : "never"), "narrow"],
      ["", (j) => !j.isEnabled && chip("off", "bad")],
      ["", (j) => button("Preview", () => preview(j.name, place), { "aria-label": `Preview ${words(j.name)}` }), "narrow"],
    ],
  })),
  filters: () => [{ name: "kind", label: "Kind", type: "select", options: options(KINDS) }, { name: "status", label: "State", type: "select", options: options(STATES) }],
  empty: "Nothing was to be sent.",
  columns: (place) => [
    ["What", (d) => [d.kind, " ", small(d.type)]], ["To", (d) => [nameOf(d.recipientUser, ""), br(), small(d.address)]],
    ["State", (d) => [state(d.status), d.lastError && small(` ${d.lastError}`)]], ["When", (d) => when(d.sentAt ?? d.createdAt), "narrow"],
    ["", (d) => d.status === "dead" && may("retryDelivery") && act(place, "Send again", () => post("/v1/deliveries/{deliveryId}/retry", { path: { deliveryId: d.id } }))],
  ],
});

/** @param {string} name @param {Place} place */
async function preview(name, place) {
  const found = await get("/v1/jobs/{name}/preview", { path: { name } });
  dialog(`${words(name)}: ${number(found.rows)} rows now`, (close) => [
    rows(found.items.slice(0, 50).map((i) => li(span(i.title ?? words(i.entityType), i.body && small(` ${i.body}`)), small((i.recipients ?? []).map((p) => nameOf(p)).join(", "))))),
    act(place, "Run it now", () => post("/v1/jobs/{name}/run", { path: { name }, body: {} }).then(close), { main: true }),
  ]);
}

export const webhooks = listing({
  title: "Webhooks",
  needs: ["listWebhooks"],
  nav: "School",
  path: "/v1/webhooks",
  query: () => ({}),
  head: (place) => may("createWebhook") && button("New webhook", () => ask(place, "New webhook", {
    fields: [{ name: "url", label: "Address", type: "url", required: true, hint: "https://…, told of every event." }],
    submit: async ({ url }) => secretOf((await post("/v1/webhooks", { body: { url } })).secret),
  }), { class: "main" }),
  empty: "No other system is told of events.",
  columns: (place) => [
    ["Address", (w) => w.url, "wide"], ["Events", (w) => (w.eventTypes ? w.eventTypes.join(", ") : "all")],
    ["", (w) => (w.isActive ? chip("active", "good") : chip("off", "bad"))],
    ["", (w) => {
      const path = { webhookId: w.id };
      const set = (/** @type {boolean} */ isActive) => patch("/v1/webhooks/{webhookId}", { path, body: { isActive } });
      return may("updateWebhook") && actions(act(place, w.isActive ? "Turn off" : "Turn on", () => set(!w.isActive), { said: w.isActive ? "Off." : "On.", undo: () => set(w.isActive) }),
        act(place, "New secret", async () => secretOf((await patch("/v1/webhooks/{webhookId}", { path, body: { rotateSecret: true } })).secret), { sure: "The present one is no longer used for signing." }),
        act(place, "Delete", () => remove("/v1/webhooks/{webhookId}", { path }), { sure: w.url }));
    }, "narrow"],
  ],
});

/** @param {string | null | undefined} secret */
const secretOf = (secret) => secret && copied("Secret of the webhook", "It signs what is sent, and is not shown again.", secret);
