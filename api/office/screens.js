// All screens, by the first part of their address and in the order of the navigation.
import { admissions } from "./screens/admissions.js";
import { admit } from "./screens/admit.js";
import { bell } from "./screens/bell.js";
import { closures } from "./screens/closures.js";
import { courses } from "./screens/courses.js";
import { leads } from "./screens/leads.js";
import { asked, mine } from "./screens/mine.js";
import { people } from "./screens/people.js";
import { register } from "./screens/register.js";
import { reports } from "./screens/reports.js";
import { requests } from "./screens/requests.js";
import { settings, system, webhooks } from "./screens/system.js";
import { timetable } from "./screens/timetable.js";
import { today } from "./screens/today.js";
import { trials } from "./screens/trials.js";
import { waiting } from "./screens/waiting.js";
import { week } from "./screens/week.js";

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
