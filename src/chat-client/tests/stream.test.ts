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
  const delivered: string[] = [];
  const created = new Stream(({ id }) => delivered.push(id), () => delivered.push("reset"));
  if (position !== undefined) created.begin(position);
  return { stream: created, delivered };
}

describe("Stream", () => {
  it("delivers consecutive messages at once", () => {
    const { stream: s, delivered } = stream("e.0");
    expect([1, 2, 3].map((offset) => s.receive(message(offset)))).toEqual([false, false, false]);
    expect(delivered).toEqual(["e1", "e2", "e3"]);
    expect(s.position).toBe("e.3");
  });

  it("drops repeated messages", () => {
    const { stream: s, delivered } = stream("e.1");
    for (const offset of [1, 2, 2, 1]) s.receive(message(offset));
    expect(delivered).toEqual(["e2"]);
  });

  it("holds messages behind a gap until the gap is filled", () => {
    const { stream: s, delivered } = stream("e.0");
    expect(s.receive(message(3))).toBe(true);
    expect(s.receive(message(2))).toBe(true);
    expect(delivered).toEqual([]);
    expect(s.receive(message(1))).toBe(false);
    expect(delivered).toEqual(["e1", "e2", "e3"]);
  });

  it("accepts an answer that overlaps live messages", () => {
    const { stream: s, delivered } = stream("e.1");
    s.receive(message(4));
    expect(s.apply(answer([2, 3, 4]))).toBe(false);
    expect(delivered).toEqual(["e2", "e3", "e4"]);
  });

  it("asks to resume again after a truncated answer", () => {
    const { stream: s } = stream("e.0");
    expect(s.apply(answer([1], { more: true }))).toBe(true);
    expect(s.apply(answer([2]))).toBe(false);
  });

  it("holds live messages until its beginning is known", () => {
    const { stream: s, delivered } = stream();
    expect(s.receive(message(7))).toBe(true);
    s.begin("e.6");
    expect(delivered).toEqual(["e7"]);
  });

  it("resets when the server does not know its position", () => {
    const { stream: s, delivered } = stream("old.40");
    expect(s.receive(message(2))).toBe(true);
    expect(s.apply(answer([1], { recovered: false }))).toBe(false);
    expect(delivered).toEqual(["reset", "e1", "e2"]);
  });

  it("continues at the head when all older messages are gone", () => {
    const { stream: s, delivered } = stream("old.40");
    s.apply(answer([], { recovered: false, head: "e.5" }));
    s.receive(message(6));
    expect(delivered).toEqual(["reset", "e6"]);
  });

  it("drops held messages of an older epoch", () => {
    const { stream: s, delivered } = stream("e.0");
    s.receive(message(2, "old"));
    s.receive(message(2));
    s.apply(answer([1]));
    expect(delivered).toEqual(["e1", "e2"]);
  });

  it("knows which messages it has delivered", () => {
    const { stream: s } = stream("e.3");
    expect([s.has("e.3"), s.has("e.4"), stream().stream.has("e.1")]).toEqual([true, false, false]);
  });
});
