import { expect, it } from "vitest";
import { Format } from "../format";

const en = new Format("en-GB");
const zh = new Format("zh-CN");

it("A rate below 10 has tenths", () => {
  expect([0, 0.04, 0.25, 9.94, 9.95, 12.4, 999, 1640, 410_500].map(en.number)).toEqual(["0", "0", "0.3", "9.9", "10", "12", "999", "1,640", "410.5k"]);
  expect([1640, 410_500].map(zh.number)).toEqual(["1,640", "41.1万"]);
});

it("A latency below one second is in milliseconds", () => {
  expect([0, 0.93, 5, 42.4, 999, 1000, 2345].map(en.milliseconds)).toEqual(["0 ms", "0.9 ms", "5.0 ms", "42 ms", "999 ms", "1.0 s", "2.3 s"]);
});

it("Bytes are in the unit with few digits", () => {
  expect([0, 512, 1023, 1024, 183_500_800, 3_221_225_472].map(en.bytes)).toEqual(["0 B", "512 B", "1 KiB", "1 KiB", "175 MiB", "3 GiB"]);
});

it("A duration shows its two largest units", () => {
  expect([0, 5, 60, 3_725, 90_061].map(en.duration)).toEqual(["0s", "5s", "1m 0s", "1h 2m", "1d 1h"]);
  expect(zh.duration(3_725)).toMatch(/^1.+2/);
});
