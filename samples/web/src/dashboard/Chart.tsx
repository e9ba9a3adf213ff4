import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { makePlot } from "./plot";
import type { Format } from "./format";
import type { Pick, Series } from "./series";
import { t } from "./texts";

export interface Line {
  readonly name: string;
  readonly pick: Pick;
}

interface Props {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly series: Series;
  readonly format: Format;
  readonly write: (value: number) => string;
  /** The smallest step that `write` shows. The default is 0.1. */
  readonly finest?: number;
}

/** A chart with the names and values of its lines above it: the newest values, or those selected by mouse, finger or arrow key. */
export function Chart({ title, lines, series, format, write, finest = 0.1 }: Props) {
  const [pointed, setPointed] = useState<number | null>(null);
  const [byKey, setByKey] = useState(false);
  const around = useRef<HTMLDivElement>(null);
  const keys = useRef<HTMLElement[]>([]);
  const plot = useRef<uPlot | null>(null);
  const formats = useRef({ write, time: format.time });
  formats.current = { write, time: format.time };
  const id = useId();

  useLayoutEffect(() => {
    const container = around.current!;
    const made = makePlot({
      around: container,
      keys: keys.current,
      write: (value) => formats.current.write(value),
      finest,
      time: (seconds) => formats.current.time(seconds),
      pointed: setPointed,
    });
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: container.clientWidth, height: made.height }));
    resized.observe(container);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, []);

  const columns = series.columns(lines.map(({ pick }) => pick));
  useEffect(() => plot.current?.setData(columns), [series.latest]);

  const [times] = columns;
  const index = pointed !== null && pointed < times.length ? pointed : times.length - 1;
  const at = times[index];

  const point = (to: number | null) => {
    const made = plot.current!;
    const next = to === null ? null : Math.min(times.length - 1, Math.max(0, to));
    const left = next === null ? -10 : made.valToPos(times[next]!, "x");
    setByKey(next !== null);
    made.setCursor({ left, top: next === null ? -10 : 10 });
  };

  const pressed = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -times.length, End: times.length };
    const step = steps[event.key];
    if (times.length === 0 || (step === undefined && event.key !== "Escape")) return;
    event.preventDefault();
    point(step === undefined ? null : index + step);
  };

  return (
    <figure class="card chart" role="group" aria-labelledby={id} tabIndex={0} onKeyDown={pressed} onBlur={() => byKey && point(null)} aria-describedby="chart-hint">
      <figcaption>
        <h3 id={id}>{title}</h3>
        <time class={pointed === null ? "unseen" : ""}>{at === undefined ? "" : format.time(at)}</time>
        <p class="readings" aria-live={byKey ? "polite" : "off"}>
          {lines.map(({ name }, i) => (
            <span class="reading" key={name}>
              <i class={`key line-${i}`} ref={(key) => void (key && (keys.current[i] = key))} />
              {name} <b>{valueAt(columns[i + 1], index, write)}</b>
            </span>
          ))}
        </p>
      </figcaption>
      <div class="plot" ref={around} />
    </figure>
  );
}

const valueAt = (column: readonly (number | null)[] | undefined, index: number, write: (value: number) => string): string => {
  const value = column?.[index];
  return value === undefined || value === null ? t().none : write(value);
};
