import { locale } from "../language";

// To make a format costs more than to use it a hundred times.
const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${name}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(locale(), options)));
  return made;
}

const DAY = 24 * 60 * 60 * 1000;
const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** How many days ago that was, counted by midnights. */
const daysAgo = (date: Date): number => Math.round((midnight(new Date()) - midnight(date)) / DAY);

/** Two times of one day have the same. */
export const dayKey = (sentAt: string): string => new Date(sentAt).toDateString();

/** A day's name: today and yesterday by these words. */
export function dayOf(sentAt: string): string {
  const date = new Date(sentAt);
  const ago = daysAgo(date);
  if (ago === 0 || ago === 1) {
    const said = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-ago, "day");
    return said.charAt(0).toLocaleUpperCase() + said.slice(1);
  }
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return format(`day ${isThisYear}`, { weekday: "long", day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) }).format(date);
}

export const timeOf = (sentAt: string): string => format("time", { hour: "2-digit", minute: "2-digit" }).format(new Date(sentAt));

/** The time where that is enough, the day where it is not. */
export function briefly(sentAt: string): string {
  const date = new Date(sentAt);
  const ago = daysAgo(date);
  if (ago <= 0) return timeOf(sentAt);
  if (ago < 7) return format("weekday", { weekday: "short" }).format(date);
  return format("short", { day: "numeric", month: "short" }).format(date);
}
