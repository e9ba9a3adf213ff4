/** Formats figures for a locale, in few digits. */
export class Format {
  private readonly exact: Intl.NumberFormat;
  private readonly tenth: Intl.NumberFormat;
  private readonly tenths: Intl.NumberFormat;
  private readonly short: Intl.NumberFormat;
  private readonly clock: Intl.DateTimeFormat;
  private readonly day: Intl.DateTimeFormat;

  constructor(private readonly locale: string) {
    this.exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
    this.clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    this.day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** Formats a count. */
  whole = (value: number): string => (Math.abs(value) < 100_000 ? this.exact : this.short).format(value);

  /** Formats a rate or a mean, with tenths below 10. */
  number = (value: number): string => (Math.abs(value) < 9.95 ? this.tenths.format(value) : this.whole(value));

  milliseconds = (value: number): string =>
    value > 0 && value < 9.95
      ? `${this.tenth.format(value)} ms`
      : value < 999.5
        ? `${this.exact.format(value)} ms`
        : `${this.tenth.format(value / 1000)} s`;

  bytes = (value: number): string => {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return `${unit > 0 && value < 9.95 ? this.tenths.format(value) : this.exact.format(value)} ${units[unit]}`;
  };

  /** Formats a duration in its two largest units. */
  duration = (seconds: number): string => {
    const rest = Math.max(0, Math.floor(seconds));
    const parts: [number, string][] = [
      [Math.floor(rest / 86_400), "day"],
      [Math.floor(rest / 3600) % 24, "hour"],
      [Math.floor(rest / 60) % 60, "minute"],
      [rest % 60, "second"],
    ];
    const first = Math.max(0, parts.findIndex(([count]) => count > 0));
    const shown = parts.slice(rest === 0 ? 3 : first, (rest === 0 ? 3 : first) + 2);
    return shown
      .map(([count, unit]) => new Intl.NumberFormat(this.locale, { style: "unit", unit, unitDisplay: "narrow" }).format(count))
      .join(" ");
  };

  /** Formats a time of today, given in seconds since 1970. */
  time = (seconds: number): string => this.clock.format(seconds * 1000);

  /** Formats a time that may be days ago. */
  date = (date: Date): string => this.day.format(date);
}
