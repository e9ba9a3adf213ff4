import { expect, it } from "vitest";
import { Series, WINDOW } from "../series";
import { stats } from "./figures";

const filled = (...samples: [at: number, slowCloses: number][]): Series => {
  const series = new Series();
  for (const [at, slowCloses] of samples) series.add(at, stats({ slowCloses, refused: -at }));
  return series;
};

it("Figures are in order of time", () => {
  expect(filled([1, 10], [2, 20], [3, 30]).columns([(s) => s.slowCloses, (s) => s.refused])).toEqual([
    [1, 2, 3],
    [10, 20, 30],
    [-1, -2, -3],
  ]);
});

it("Figures older than the window are removed", () => {
  const series = filled([1, 1], [2, 2], [2 + WINDOW, 3]);
  expect(series.columns([(s) => s.slowCloses])[1]).toEqual([2, null, 3]);
  expect(series.latest?.stats.slowCloses).toBe(3);
});

it("Missed figures make a gap", () => {
  expect(filled([1, 1], [2.9, 2], [10, 3]).columns([(s) => s.slowCloses])).toEqual([
    [1, 2.9, 3.9, 10],
    [1, 2, null, 3],
  ]);
});

it("Times stay in order after the clock was set back", () => {
  expect(filled([10, 1], [11, 2], [12, 3], [11, 4], [12, 5]).columns([(s) => s.slowCloses])).toEqual([
    [10, 11, 12],
    [1, 4, 5],
  ]);
});

it("The growth of a total continues over a restart of the server", () => {
  expect(filled([1, 5], [2, 7], [3, 7], [4, 2], [5, 3]).growth((s) => s.slowCloses)).toBe(5);
  expect(filled([1, 5]).growth((s) => s.slowCloses)).toBe(0);
  expect(filled().growth((s) => s.slowCloses)).toBe(0);
});
