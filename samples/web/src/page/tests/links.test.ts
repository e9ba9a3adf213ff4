import { describe, expect, it } from "vitest";
import { piecesOf } from "../links";

const links = (content: string) => piecesOf(content).flatMap(({ href }) => href ?? []);

describe("piecesOf", () => {
  it.each([
    ["https://example.org", ["https://example.org/"]],
    ["see http://example.org/a?b=c#d, please", ["http://example.org/a?b=c#d"]],
    ["(https://example.org/x_(y))", ["https://example.org/x_(y)"]],
    ["看 https://example.org/路径。好", ["https://example.org/%E8%B7%AF%E5%BE%84"]],
    ["HTTPS://EXAMPLE.ORG!", ["https://example.org/"]],
    ["https://a.example https://b.example", ["https://a.example/", "https://b.example/"]],
  ])("finds the links in %s", (content, found) => expect(links(content)).toEqual(found));

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://example.org",
    "https://",
    "http://[",
    "example.org",
  ])("finds no link in %s", (content) => expect(links(content)).toEqual([]));

  it("ends a link before a direction mark", () => {
    expect(links("https://example.org/\u202Egpj.exe")).toEqual(["https://example.org/"]);
  });

  it.each(["", "a https://example.org/. b\nc", "<a href='https://example.org'>", "x".repeat(10_000)])("keeps the text unchanged", (content) => {
    expect(piecesOf(content).map(({ text }) => text).join("")).toBe(content);
  });

  // The test times out if the time is quadratic.
  it.each(["https://".repeat(8_000), "https://x" + ".".repeat(60_000), "https://x/" + ")".repeat(60_000), "https://x/ ".repeat(6_000)])(
    "takes linear time",
    (content) => expect(piecesOf(content).map(({ text }) => text).join("")).toBe(content),
  );
});
