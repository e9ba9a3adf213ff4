import { describe, expect, it } from "vitest";
import { Stream } from "../src/stream";
import type { Message, ResumedStream } from "../src/wire";

const message = (offset: number, epoch = "e"): Message => ({
  stream: "alice", offset, position: `${epoch}.${offset}`, id: `${epoch}${offset}`, from: "bob", to: "alice", content: `${offset}`, sentAt: "2026-11-23T09:48:10.000Z",
});

const answer = (offsets: number[], more: Partial<ResumedStream> = {}): ResumedStream => ({
  stream: "alice", recovered: true, messages: offsets.map((offset) => message(offset)), head: "e.9", confirmed: "e.0", more: false, ...more,
});

function stream(position?: string) {
  const heard: string[] = [];
  const made = new Stream(({ id }) => heard.push(id), () => heard.push("reset"));
  if (position !== undefined) made.begin(position);
  return { stream: made, heard };
}

describe("A stream", () => {
  it("delivers what comes in order at once", () => {
    const { stream: s, heard } = stream("e.0");
    expect([1, 2, 3].map((offset) => s.receive(message(offset)))).toEqual([false, false, false]);
    expect(heard).toEqual(["e1", "e2", "e3"]);
    expect(s.position).toBe("e.3");
  });

  it("drops what it has", () => {
    const { stream: s, heard } = stream("e.1");
    for (const offset of [1, 2, 2, 1]) s.receive(message(offset));
    expect(heard).toEqual(["e2"]);
  });

  it("holds what comes after a gap until the gap is filled", () => {
    const { stream: s, heard } = stream("e.0");
    expect(s.receive(message(3))).toBe(true);
    expect(s.receive(message(2))).toBe(true);
    expect(heard).toEqual([]);
    expect(s.receive(message(1))).toBe(false);
    expect(heard).toEqual(["e1", "e2", "e3"]);
  });

  it("takes an answer that overlaps what came live", () => {
    const { stream: s, heard } = stream("e.1");
    s.receive(message(4));
    expect(s.apply(answer([2, 3, 4]))).toBe(false);
    expect(heard).toEqual(["e2", "e3", "e4"]);
  });

  it("asks again while an answer was cut", () => {
    const { stream: s } = stream("e.0");
    expect(s.apply(answer([1], { more: true }))).toBe(true);
    expect(s.apply(answer([2]))).toBe(false);
  });

  it("holds what comes before it is known where to begin", () => {
    const { stream: s, heard } = stream();
    expect(s.receive(message(7))).toBe(true);
    s.begin("e.6");
    expect(heard).toEqual(["e7"]);
  });

  it("begins again where the server has lost its place", () => {
    const { stream: s, heard } = stream("old.40");
    expect(s.receive(message(2))).toBe(true);
    expect(s.apply(answer([1], { recovered: false }))).toBe(false);
    expect(heard).toEqual(["reset", "e1", "e2"]);
  });

  it("goes on from the end when everything before it is gone", () => {
    const { stream: s, heard } = stream("old.40");
    s.apply(answer([], { recovered: false, head: "e.5" }));
    s.receive(message(6));
    expect(heard).toEqual(["reset", "e6"]);
  });

  it("does not keep what it holds of a past epoch", () => {
    const { stream: s, heard } = stream("e.0");
    s.receive(message(2, "old"));
    s.receive(message(2));
    s.apply(answer([1]));
    expect(heard).toEqual(["e1", "e2"]);
  });

  it("knows what it has delivered", () => {
    const { stream: s } = stream("e.3");
    expect([s.has("e.3"), s.has("e.4"), stream().stream.has("e.1")]).toEqual([true, false, false]);
  });
});
