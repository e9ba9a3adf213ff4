import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { WINDOW } from "./series";

// What a chart shows at least: the first minutes would be lost in five.
const LEAST = 60;

// Further away, in seconds, nothing is pointed at.
const NEAR = 5;

/** What a chart is made of. Its colours are those of elements of the page, so that the style sheet alone decides on them. */
export interface PlotOptions {
  /** Around the chart; its colour is that of the axes, its border's that of the grid. */
  readonly around: HTMLElement;
  /** One a line, in its colour. */
  readonly keys: readonly HTMLElement[];
  readonly write: (value: number) => string;
  /** The finest step of values that `write` still tells apart. */
  readonly finest: number;
  readonly time: (seconds: number) => string;
  /** Hears which value is pointed at; null when none is. */
  readonly pointed: (index: number | null) => void;
}

const HEIGHT = 168;
const HOUSE_FONT = "11px system-ui, sans-serif";

// Half of a time that is written below the newest value.
const RIGHT = 30;

// Charts of one page point at the same time together.
const sync = uPlot.sync("dashboard");

/** A line chart of the last minutes, beginning at zero. */
export function makePlot({ around, keys, write, finest, time, pointed }: PlotOptions): uPlot {
  const axis = (): uPlot.Axis => ({
    stroke: () => getComputedStyle(around).color,
    grid: { stroke: () => getComputedStyle(around).borderTopColor, width: 1 },
    ticks: { show: false },
    font: HOUSE_FONT,
  });
  return new uPlot(
    {
      width: around.clientWidth,
      height: HEIGHT,
      padding: [8, RIGHT, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: sync.key },
        dataIdx: (chart, _, closest, at) => near(chart, closest, at) as number, // null is allowed, if not by its type
        drag: { x: false, y: false },
        y: false,
        points: { size: 7, width: 2 },
      },
      scales: {
        // What uPlot proposes for a single value lies beside it.
        x: { time: false, range: ({ data }) => lastMinutes(data[0][0], data[0].at(-1) ?? Date.now() / 1000) },
        y: { range: (_, __, most: number | null) => [0, Math.max(1, (most ?? 0) * 1.15)] },
      },
      axes: [
        { ...axis(), grid: { show: false }, size: 26, space: 70, incrs: [15, 30, 60, 120], values: (_, seconds, __, ___, step) => seconds.map((at) => (step < 60 ? time(at) : time(at).slice(0, 5))) },
        { ...axis(), size: 58, space: 34, incrs: stepsFrom(finest), values: (_, values) => values.map(write) },
      ],
      series: [
        {},
        ...keys.map((key, i) => ({
          stroke: () => getComputedStyle(key).color,
          width: 1.75,
          points: { show: false },
          ...(i === 0 && { fill: () => getComputedStyle(key).backgroundColor }),
        })),
      ],
      hooks: { setCursor: [(chart) => pointed(near(chart, chart.cursor.idx, chart.posToVal(chart.cursor.left!, "x")))] },
    },
    [[], ...keys.map(() => [])],
    around,
  );
}

const stepsFrom = (finest: number): number[] =>
  Array.from({ length: 10 }, (_, power) => finest * 10 ** power).flatMap((step) => [step, 2 * step, 5 * step]);

const lastMinutes = (first: number | undefined, end: number): [number, number] => [
  Math.max(end - WINDOW, Math.min(first ?? end, end - LEAST)),
  end,
];

const near = (chart: uPlot, index: number | null | undefined, at: number): number | null =>
  index !== null && index !== undefined && Math.abs(chart.data[0][index]! - at) <= NEAR ? index : null;
