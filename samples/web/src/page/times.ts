import { locale } from "../language";

// Creating a format takes longer than using it a hundred times.
const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${name}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(locale(), options)));
  return made;
}

const DAY = 24 * 60 * 60 * 1000;
const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Returns how many days ago a date was, counted by midnights. */
const daysAgo = (date: Date): number => Math.round((midnight(new Date()) - midnight(date)) / DAY);

/** Returns a key that is the same for all times of one day. */
export const dayKey = (sentAt: string): string => new Date(sentAt).toDateString();

/** Returns the name of a day, such as Today or Yesterday. */
export function dayOf(sentAt: string): string {
  const date = new Date(sentAt);
  const ago = daysAgo(date);
  if (ago === 0 || ago === 1) {
    const name = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-ago, "day");
    return name.charAt(0).toLocaleUpperCase() + name.slice(1);
  }
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return format(`day ${isThisYear}`, { weekday: "long", day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) }).format(date);
}

export const timeOf = (sentAt: string): string => format("time", { hour: "2-digit", minute: "2-digit" }).format(new Date(sentAt));

/** Returns the time for today's messages, and the day for older ones. */
export function briefly(sentAt: string): string {
  const date = new Date(sentAt);
  const ago = daysAgo(date);
  if (ago <= 0) return timeOf(sentAt);
  if (ago < 7) return format("weekday", { weekday: "short" }).format(date);
  return format("short", { day: "numeric", month: "short" }).format(date);
}
