import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { WINDOW } from "./series";

// Seconds that a chart shows at least. In a window of five minutes the first values would be hard to see.
const LEAST = 60;

// Largest distance in seconds between the pointer and the value that it selects.
const NEAR = 5;

/** The options of a chart. It takes its colours from elements of the page, so that the style sheet alone defines them. */
export interface PlotOptions {
  /** The container. Its colour is that of the axes, its border colour that of the grid. */
  readonly around: HTMLElement;
  /** One element per line, in the colour of the line. */
  readonly keys: readonly HTMLElement[];
  readonly write: (value: number) => string;
  /** The smallest step that `write` shows. */
  readonly finest: number;
  readonly time: (seconds: number) => string;
  /** Called with the index of the selected value; null when none is selected. */
  readonly pointed: (index: number | null) => void;
}

const HEIGHT = 168;
const FONT = "11px system-ui, sans-serif";

// Half the width of the time label below the newest value, in pixels.
const RIGHT = 30;

// All charts of the page select the same time.
const sync = uPlot.sync("dashboard");

/** Returns a line chart of the last minutes. The y axis begins at zero. */
export function makePlot({ around, keys, write, finest, time, pointed }: PlotOptions): uPlot {
  const axis = (): uPlot.Axis => ({
    stroke: () => getComputedStyle(around).color,
    grid: { stroke: () => getComputedStyle(around).borderTopColor, width: 1 },
    ticks: { show: false },
    font: FONT,
  });
  return new uPlot(
    {
      width: around.clientWidth,
      height: HEIGHT,
      padding: [8, RIGHT, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: sync.key },
        dataIdx: (chart, _, closest, at) => near(chart, closest, at) as number, // uPlot allows null, although its type does not
        drag: { x: false, y: false },
        y: false,
        points: { size: 7, width: 2 },
      },
      scales: {
        // uPlot's own range for a single value does not include the value.
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
