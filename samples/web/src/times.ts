const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

export const dayOf = (sentAt: string): string => day.format(new Date(sentAt));

export const timeOf = (sentAt: string): string => clock.format(new Date(sentAt));

/** The time where that is enough, the day where it is not. */
export function briefly(sentAt: string): string {
  const date = new Date(sentAt);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : shortDay.format(date);
}
