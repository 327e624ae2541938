// Days at the school by the typed client: the story of tests/api/test_a_day_at_the_school.py. Who plays and where are
// variables of the environment; whoever runs this sets the clock when a line asks for it, and answers with one.

import { deepStrictEqual, strictEqual } from "node:assert";
import { createInterface } from "node:readline/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Code = Schemas["ProblemCode"];

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const id = (name: string) => given(`ID_${name}`);

function client(person: string) {
  return createClient<paths>({
    baseUrl: given("BASE_URL"),
    headers: { Authorization: `Bearer ${given(`TOKEN_${person}`)}` },
  });
}

/** What was answered, which must not be a refusal. */
function said<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.url}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

/** The refusal that was answered, which must be of this code. */
function refused(answer: { error?: Schemas["Problem"]; response: Response }, code: Code) {
  if (answer.error === undefined) throw new Error(`${answer.response.url} was not refused`);
  strictEqual(answer.error.code, code);
  return answer.error;
}

function only<T>(items: readonly T[]): T {
  const [first] = items;
  if (first === undefined || items.length > 1) throw new Error(`${items.length} items`);
  return first;
}

const lines = createInterface({ input: process.stdin });
const answers = lines[Symbol.asyncIterator]();

async function clockIs(instant: string) {
  console.log(instant);
  await answers.next();
}

const [ada, sam, sue, tom, root] = [
  client("ada"),
  client("sam"),
  client("sue"),
  client("tom"),
  client("root"),
];

function admissionOf(leadId: string, timeSlot: string, startDate: string) {
  return {
    leadId,
    courseId: id("violin"),
    coursePlanId: id("violin_4"),
    startDate,
    timeSlotIds: [id(timeSlot)],
  };
}

async function seats(classroomSlotId: string, date?: string) {
  const query = { courseId: [id("violin")], ...(date === undefined ? {} : { date }) };
  const { items } = said(await ada.GET("/v1/classroom", { params: { query } }));
  return only(items.filter((item) => item.classroomSlotId === classroomSlotId));
}

async function aFullClassAndTwoWhoWait() {
  const created = await sue.POST("/v1/leads", {
    params: { header: { "Idempotency-Key": "wanda" } },
    body: {
      name: "Wanda",
      email: "wanda@leads.test",
      stageId: id("stage_new"),
      followUpDate: "2027-03-02",
    },
  });
  const wanda = said(created);
  strictEqual(created.response.headers.get("ETag"), `"${wanda.version}"`);
  const wish = admissionOf(wanda.id, "wednesday", "2027-03-03");
  const full = refused(await sue.POST("/v1/admissions", { body: wish }), "slot_full");
  const conflict = only(full.conflicts ?? []);
  strictEqual((conflict.alternatives ?? []).length > 0, true);

  const enter = (leadId: string) => ({
    body: {
      leadId,
      courseId: id("violin"),
      coursePlanId: id("violin_4"),
      timeSlotIds: [id("wednesday")],
    },
  });
  const first = said(await sam.POST("/v1/waitlist", enter(id("fresh"))));
  const second = said(await sue.POST("/v1/waitlist", enter(wanda.id)));
  deepStrictEqual([first.status, first.position], ["waiting", 1]);
  deepStrictEqual([second.status, second.position], ["waiting", 2]);
  strictEqual(first.lead?.name, "Fresh");
  const waiting = (waitlistEntryId: string) => ({ params: { path: { waitlistEntryId } } });
  refused(await sam.GET("/v1/waitlist/{waitlistEntryId}", waiting(second.id)), "not_found");

  said(
    await ada.POST("/v1/admissions/{admissionId}/cancel", {
      params: { path: { admissionId: id("sid_admission") } },
      body: { reason: "moves" },
    }),
  );
  const offered = said(await sam.GET("/v1/waitlist/{waitlistEntryId}", waiting(first.id)));
  strictEqual(offered.status, "offered");
  strictEqual(
    only(offered.offer?.classroomSlots ?? []).classroomSlotId,
    id("violin_wednesday"),
  );
  const held = await seats(id("violin_wednesday"));
  deepStrictEqual([held.occupied, held.held, held.free, held.waiting], [0, 1, 0, 1]);
  const preview = said(await ada.POST("/v1/admissions/preview", { body: wish }));
  strictEqual(only(preview.conflicts).code, "slot_held");

  await clockIs("2027-03-03T10:00:00+00:00");
  const run = said(
    await ada.POST("/v1/jobs/{name}/run", {
      params: { path: { name: "expire_offers" } },
      body: {},
    }),
  );
  strictEqual(run.rows, 1);
  const expired = said(await sam.GET("/v1/waitlist/{waitlistEntryId}", waiting(first.id)));
  strictEqual(expired.status, "expired");
  const admitted = said(await sue.POST("/v1/admissions", { body: wish }));
  strictEqual(admitted.attendance.total, 4);
  strictEqual(admitted.attendance.lastDate, "2027-03-24");
  const taken = said(await sue.GET("/v1/waitlist/{waitlistEntryId}", waiting(second.id)));
  strictEqual(taken.status, "admitted");
}

async function aTrialThatBecomesAnAdmission() {
  const trial = said(
    await sam.POST("/v1/trials", {
      body: {
        leadId: id("fresh"),
        classroomSlotId: id("violin_friday"),
        date: "2027-03-05",
      },
    }),
  );
  deepStrictEqual([trial.status, trial.startTime], ["booked", "16:00"]);
  const register = await seats(id("violin_friday"), "2027-03-05");
  strictEqual(register.expected, 1);
  const visitor = only(register.students ?? []);
  deepStrictEqual([visitor.name, visitor.kind, visitor.trialId], ["Fresh", "trial", trial.id]);

  await clockIs("2027-03-05T17:30:00+00:00");
  const attended = said(
    await tom.POST("/v1/trials/{trialId}/outcome", {
      params: { path: { trialId: trial.id } },
      body: { status: "attended", note: "A good ear." },
    }),
  );
  strictEqual(attended.status, "attended");
  const wish = admissionOf(id("fresh"), "friday", "2027-03-12");
  return said(await sam.POST("/v1/admissions", { body: wish }));
}

async function aTransferAndAPause(admissionId: string) {
  const path = { admissionId };
  const move = {
    fromClassroomSlotId: id("violin_friday"),
    timeSlotId: id("monday"),
    from: "2027-03-15",
  };
  const preview = said(
    await sam.POST("/v1/admissions/{admissionId}/transfer/preview", {
      params: { path },
      body: move,
    }),
  );
  strictEqual(preview.ok, true);
  deepStrictEqual(
    preview.moved.map((m) => [m.fromDate, m.toDate]),
    [
      ["2027-03-19", "2027-03-15"],
      ["2027-03-26", "2027-03-22"],
      ["2027-04-02", "2027-03-29"],
    ],
  );
  said(
    await sam.POST("/v1/admissions/{admissionId}/transfer", { params: { path }, body: move }),
  );
  const holiday = { from: "2027-03-22", to: "2027-03-28", reason: "holiday" };
  const paused = said(
    await sam.POST("/v1/admissions/{admissionId}/pause", { params: { path }, body: holiday }),
  );
  deepStrictEqual([paused.status, paused.attendance.lastDate], ["active", "2027-04-05"]);
}

async function aMoveRefusedByPolicy(admissionId: string) {
  const policy = { rescheduleNoticeHours: 336, reschedulesPerAdmission: 1 };
  said(await root.PATCH("/v1/settings", { body: policy }));
  const rows = said(await ada.GET("/v1/attendance", { params: { query: { admissionId: [admissionId] } } }));
  const soon = only(rows.items.filter((row) => row.classDate === "2027-03-15"));
  const asked = await sam.POST("/v1/reschedule-requests", {
    body: {
      attendanceId: soon.id,
      classroomSlotId: id("violin_friday"),
      classDate: "2027-03-19",
    },
  });
  refused(asked, "too_late_to_move");
}

/** Two people change one lead, with the first one's version. */
async function aChangeThatDoesNotOverwrite() {
  const params = { path: { leadId: id("fresh") } };
  const read = await sam.GET("/v1/leads/{leadId}", { params });
  const version = read.response.headers.get("ETag");
  if (version === null) throw new Error("no ETag");
  const header = { "If-Match": version };
  const patch = (area: string | null) =>
    sam.PATCH("/v1/leads/{leadId}", { params: { ...params, header }, body: { area } });
  strictEqual(said(await patch("North")).area, "North");
  refused(await patch(null), "version_mismatch");
}

await aFullClassAndTwoWhoWait();
const admitted = await aTrialThatBecomesAnAdmission();
await aTransferAndAPause(admitted.id);
await aMoveRefusedByPolicy(admitted.id);
await aChangeThatDoesNotOverwrite();
const told = said(await sam.GET("/v1/notifications", { params: { query: { limit: 200 } } }));
const types = new Set(told.items.map((item) => item.type));
strictEqual(types.has("waitlist.offered") && types.has("waitlist.expired"), true);
lines.close();
console.log("done");
