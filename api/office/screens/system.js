// Settings of the school, and what runs behind it: jobs, deliveries, webhooks.
import { act, actions, ask, button, chip, copied, dialog, div, facts, form, get, given, heading, listed, listing, may, nameOf, note, number, options, over, patch, post, remove, rows, saving, screen, small, span, spoken, state, when, words } from "../kit.js";

/** @param {string} name @param {string} label @param {number} min @param {number} max @returns {Field} */
const count = (name, label, min, max) => [name, label, "number", { min, max }];

const FIELDS = /** @type {Field[]} */ ([
  ["schoolName", "Name of the school*"], ["timezone", "Time zone*", "text", { hint: "Days begin and end by it." }],
  ["phoneRegion", "Country of phone numbers*"], ["locale", "Language*"], ["currency", "Currency*"],
  count("rescheduleNoticeHours", "Hours before a class until which it can be moved*", 0, 336), count("reschedulesPerAdmission", "Moves of an admission (empty: any number)", 0, 100),
  count("rescheduleWithinDays", "Days ahead to which a class can be moved*", 1, 365), count("waitlistOfferHours", "Hours that an offered seat is held*", 1, 336),
  count("trialsPerLead", "Trial classes of a lead*", 0, 10), count("pauseDaysPerAdmission", "Days of pause of an admission*", 0, 366),
]);

export const settings = screen({
  title: "Settings", needs: ["createCourse"], nav: "School",
  load: () => get("/settings"),
  view: (s) => div(heading("Settings"), may("updateSettings")
    ? form({
      action: "Save", value: s, onlyChanges: true, label: "Settings", current: () => get("/settings"), fields: FIELDS,
      submit: saving((body, version) => patch("/settings", body, version), "Saved. Name and time zone show after the next log-in."),
    })
    : [note("Only a super admin changes them."), facts(FIELDS.map(([name, label]) => [label.replace("*", ""), /** @type {Values} */ (s)[name]]))]),
});

export const system = listing({
  title: "Jobs and deliveries", needs: ["listJobs"], nav: "School",
  path: "/deliveries",
  query: () => given("kind", "status"),
  also: async () => (await get("/jobs", { limit: 200 })).items,
  above: (jobs) => listed("Jobs", jobs, "No job.", [
    ["Job", (j) => over(words(j.name), j.description), "wide"],
    ["Last run", (j) => (j.lastRun ? over(when(j.lastRun.startedAt), `${number(j.lastRun.rows)} rows`) : "never"), "narrow"],
    ["", (j) => !j.isEnabled && chip("off", "bad")],
    ["", (j) => button("Preview", () => preview(j.name), { "aria-label": `Preview ${words(j.name)}` }), "narrow"],
  ]),
  filters: () => [["kind", "Kind", options(["email", "webhook"])], ["status", "State", options(["pending", "sent", "dead"])]],
  empty: "Nothing was to be sent.",
  columns: [
    ["What", (d) => [d.kind, " ", small(d.type)]], ["To", (d) => over(nameOf(d.recipientUser, ""), d.address)],
    ["State", (d) => [state(d.status), d.lastError && small(` ${d.lastError}`)]], ["When", (d) => when(d.sentAt ?? d.createdAt), "narrow"],
    ["", (d) => d.status === "dead" && may("retryDelivery") && act("Send again", () => post(`/deliveries/${d.id}/retry`))],
  ],
});

/** @param {string} name */
async function preview(name) {
  const found = await get(`/jobs/${name}/preview`);
  dialog(`${words(name)}: ${number(found.rows)} rows now`, (close) => [
    rows(found.items.slice(0, 50), (i) => [span(i.title ?? words(i.entityType), i.body && small(" ", spoken(i.body))), small((i.recipients ?? []).map((p) => nameOf(p)).join(", "))]),
    act("Run it now", () => post(`/jobs/${name}/run`, {}).then(close), { main: true }),
  ]);
}

export const webhooks = listing({
  title: "Webhooks", needs: ["listWebhooks"], nav: "School",
  path: "/webhooks",
  head: () => may("createWebhook") && button("New webhook", () => ask("New webhook", {
    fields: [["url", "Address*", "url", { hint: "https://…, told of every event." }]],
    submit: async (values) => secretOf((await post("/webhooks", values)).secret),
  }), { class: "main" }),
  empty: "No other system is told of events.",
  columns: [
    ["Address", (w) => w.url, "wide"], ["Events", (w) => (w.eventTypes ? w.eventTypes.join(", ") : "all")],
    ["", (w) => (w.isActive ? chip("active", "good") : chip("off", "bad"))],
    ["", (w) => {
      const set = (isActive = false) => patch(`/webhooks/${w.id}`, { isActive });
      return may("updateWebhook") && actions(act(w.isActive ? "Turn off" : "Turn on", () => set(!w.isActive), { said: w.isActive ? "Off." : "On.", undo: () => set(w.isActive) }),
        act("New secret", async () => secretOf((await patch(`/webhooks/${w.id}`, { rotateSecret: true })).secret), { sure: "The present one is no longer used for signing." }),
        act("Delete", () => remove(`/webhooks/${w.id}`), { sure: w.url }));
    }, "narrow"],
  ],
});

/** @param {string | null | undefined} secret */
const secretOf = (secret) => copied("Secret of the webhook", "It signs what is sent, and is not shown again.", secret);
