// Dates, times and amounts as the person reads them; days are the school's.

let locale = "en";
let zone = "UTC";
let schoolDay = "";

/**
 * @param {string} wanted a language tag
 * @param {string} timezone the school's
 * @param {string} today the school's
 */
export function speak(wanted, timezone, today) {
  locale = Intl.DateTimeFormat.supportedLocalesOf([wanted])[0] ?? "en";
  zone = timezone;
  schoolDay = today;
  document.documentElement.lang = locale;
}

/** The school's day, which goes on while a window stays open. */
export function today() {
  try {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());
  } catch {
    return schoolDay;
  }
}

/** @param {string} date YYYY-MM-DD */
const noon = (date) => new Date(`${date}T12:00:00Z`);

/**
 * @param {string} date
 * @param {number} days
 */
export function plus(date, days) {
  const moved = noon(date);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** ISO weekday, Monday 1. @param {string} date */
export const weekdayOf = (date) => noon(date).getUTCDay() || 7;

/** @param {string} date */
export const mondayOf = (date) => plus(date, 1 - weekdayOf(date));

/**
 * @param {string} date
 * @param {Intl.DateTimeFormatOptions} options
 */
const dated = (date, options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(noon(date));

/** Tue 3 Nov, with the year when it is another. @param {string | null | undefined} date */
export function day(date) {
  if (!date) return "";
  const other = date.slice(0, 4) !== today().slice(0, 4);
  return dated(date, { weekday: "short", day: "numeric", month: "short", ...(other && { year: "numeric" }) });
}

/** @param {string | null | undefined} date */
export const longDay = (date) => (date ? dated(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" }) : "");

/** Today, tomorrow, yesterday, or the day. @param {string | null | undefined} date */
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

/** @param {string} clock HH:MM */
const at = (clock) => new Date(`2024-01-01T${clock.slice(0, 5)}:00Z`);

/** HH:MM as the person reads it. @param {string} clock */
export const time = (clock) => clocks().format(at(clock));

/** @param {string} from @param {string} to */
export const times = (from, to) => clocks().formatRange(at(from), at(to));

/** An instant, by the school's clock. @param {string | null | undefined} instant */
export function when(instant) {
  if (!instant) return "";
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone, day: "numeric", month: "short", hour: "numeric", minute: "2-digit",
    ...(instant.slice(0, 4) !== today().slice(0, 4) && { year: "numeric" }),
  }).format(new Date(instant));
}

/** @param {number | null | undefined} value @param {number} [digits] */
export const number = (value, digits = 0) =>
  value === null || value === undefined ? "–" : new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

/** @param {number | null | undefined} share of 1 */
export const percent = (share) =>
  share === null || share === undefined ? "–" : new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share);

/** @param {number | null | undefined} amount in the school's currency */
export const money = (amount) =>
  amount === null || amount === undefined ? "–" : new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);

/** waitlist.offered and followUpDate as words: "Waitlist offered", "Follow up date". @param {string} name */
export function words(name) {
  const spaced = name.replace(/[._]/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
