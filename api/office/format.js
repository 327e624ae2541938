// Dates, times and amounts as the person reads them; days are the school's.

let locale = "en";
let zone = "UTC";

/** @param {string} wanted a language tag @param {string} timezone the school’s */
export function speak(wanted, timezone) {
  locale = Intl.DateTimeFormat.supportedLocalesOf([wanted])[0] ?? "en";
  zone = timezone;
}

/** The school's day, which goes on while a window stays open. */
export const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());

/** @param {string} date YYYY-MM-DD */
const noon = (date) => new Date(`${date}T12:00:00Z`);

/** @param {string} date @param {number} days */
export function plus(date, days) {
  const moved = noon(date);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** ISO weekday, Monday 1. @param {string} date */
export const weekdayOf = (date) => noon(date).getUTCDay() || 7;

/** @param {string} date */
export const mondayOf = (date) => plus(date, 1 - weekdayOf(date));

/** @param {string} date @param {Intl.DateTimeFormatOptions} options */
const dated = (date, options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(noon(date));

/** Tue 3 Nov, with the year when it is another. @param {Maybe<string>} date */
export function day(date) {
  if (!date) return "";
  const other = date.slice(0, 4) !== today().slice(0, 4);
  return dated(date, { weekday: "short", day: "numeric", month: "short", ...(other && { year: "numeric" }) });
}

/** @param {Maybe<string>} date */
export const longDay = (date) => (date ? dated(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" }) : "");

/** Today, tomorrow, yesterday, or the day. @param {Maybe<string>} date */
export function nearDay(date) {
  if (!date) return "";
  const away = Math.round((+noon(date) - +noon(today())) / 86_400_000);
  if (Math.abs(away) > 1) return day(date);
  const word = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(away, "day");
  return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
}

/** @param {number} weekday ISO @param {"long" | "short"} [width] */
export const weekdayName = (weekday, width = "long") => dated(plus("2024-01-01", weekday - 1), { weekday: width });

const clocks = () => new Intl.DateTimeFormat(locale, { timeZone: "UTC", hour: "numeric", minute: "2-digit" });

/** @param {string} time HH:MM */
const clock = (time) => new Date(`2024-01-01T${time.slice(0, 5)}:00Z`);

/** HH:MM as the person reads it. @param {string} time */
export const time = (time) => clocks().format(clock(time));

/** From when to when. @param {{ startTime: string, endTime: string }} held */
export const times = ({ startTime, endTime }) => clocks().formatRange(clock(startTime), clock(endTime));

/** On which day, from when to when. @param {Maybe<string>} date @param {{ startTime: string, endTime: string }} held */
export const at = (date, held) => `${day(date)}, ${times(held)}`;

/** An instant, by the school's clock. @param {Maybe<string>} instant */
export function when(instant) {
  if (!instant) return "";
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone, day: "numeric", month: "short", hour: "numeric", minute: "2-digit",
    ...(instant.slice(0, 4) !== today().slice(0, 4) && { year: "numeric" }),
  }).format(new Date(instant));
}

/** @param {Maybe<number>} value @param {Intl.NumberFormatOptions} options */
const numeral = (value, options) => (value === null || value === undefined ? "–" : new Intl.NumberFormat(locale, options).format(value));

/** @param {Maybe<number>} value @param {number} [digits] */
export const number = (value, digits = 0) => numeral(value, { maximumFractionDigits: digits });

/** @param {Maybe<number>} share of 1 */
export const percent = (share) => numeral(share, { style: "percent" });

/** @param {Maybe<number>} amount in the school’s currency */
export const money = (amount) => numeral(amount, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The service’s words, with days and times as the person reads them. @param {Maybe<string>} text */
export const spoken = (text) => text?.replace(/\d{4}-\d\d-\d\d/g, (d) => (+noon(d) ? day(d) : d)).replace(/\b([01]\d|2[0-3]):[0-5]\d\b/g, time);

/** waitlist.offered and followUpDate as words: "Waitlist offered", "Follow up date". @param {string} name */
export function words(name) {
  const spaced = name.replace(/[._]/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
