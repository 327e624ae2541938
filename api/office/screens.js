// All screens, by the first part of their address and in the order of the navigation.
import { admissions } from "./screens/admissions.js";
import { admit } from "./screens/admit.js";
import { bell } from "./screens/bell.js";
import { register, week } from "./screens/classes.js";
import { closures, courses, timetable } from "./screens/offer.js";
import { leads } from "./screens/leads.js";
import { asked, mine } from "./screens/mine.js";
import { people } from "./screens/people.js";
import { requests, trials, waiting } from "./screens/queues.js";
import { reports } from "./screens/reports.js";
import { settings, system, webhooks } from "./screens/system.js";
import { today } from "./screens/today.js";

/** @type {Record<string, Page>} */
export const SCREENS = {
  mine,
  asked,
  today,
  leads,
  requests,
  admissions,
  waiting,
  week,
  register,
  trials,
  reports,
  people,
  courses,
  timetable,
  closures,
  settings,
  system,
  webhooks,
  admit,
  bell,
};
