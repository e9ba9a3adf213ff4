import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { WINDOW } from "./series";

/** What a chart is made of. Its colours are those of elements of the page, so that the style sheet alone decides on them. */
export interface PlotOptions {
  /** Around the chart; its colour is that of the axes, its border's that of the grid. */
  readonly around: HTMLElement;
  /** One a line, in its colour. */
  readonly keys: readonly HTMLElement[];
  readonly write: (value: number) => string;
  readonly time: (seconds: number) => string;
  /** Hears which value is pointed at; null when none is. */
  readonly pointed: (index: number | null) => void;
}

const HEIGHT = 168;
const HOUSE_FONT = "11px system-ui, sans-serif";

// Charts of one page point at the same time together.
const sync = uPlot.sync("dashboard");

/** A line chart of the last minutes, beginning at zero. */
export function makePlot({ around, keys, write, time, pointed }: PlotOptions): uPlot {
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
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: sync.key }, drag: { x: false, y: false }, y: false, points: { size: 7, width: 2 } },
      scales: {
        // What uPlot proposes for a single value lies beside it.
        x: { time: false, range: ({ data }) => lastMinutes(data[0].at(-1) ?? Date.now() / 1000) },
        y: { range: (_, __, most: number | null) => [0, Math.max(1, (most ?? 0) * 1.15)] },
      },
      axes: [
        { ...axis(), grid: { show: false }, size: 26, space: 70, incrs: [60, 120], values: (_, seconds) => seconds.map(time) },
        { ...axis(), size: 58, space: 34, values: (_, values) => values.map(write) },
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
      hooks: { setCursor: [(chart) => pointed(chart.cursor.idx ?? null)] },
    },
    [[], ...keys.map(() => [])],
    around,
  );
}

const lastMinutes = (end: number): [number, number] => [end - WINDOW, end];
