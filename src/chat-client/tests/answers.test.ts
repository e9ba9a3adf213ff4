import { describe, expect, it } from "vitest";
import { refusalOfAnswer } from "../src/answers";

describe("refusalOfAnswer", () => {
  it("reads the refusal from the header, whatever the body is", () => {
    const headers = new Headers({ "Chat-Refusal": "forbidden", "Chat-Refusal-Reason": "banned" });
    expect(refusalOfAnswer(headers, "forbidden: This user is banned.")).toEqual({ code: "forbidden", text: "This user is banned.", reason: "banned", retryable: false });
    expect(refusalOfAnswer(headers, "<h1>Error</h1>")).toEqual({ code: "forbidden", text: "", reason: "banned", retryable: false });
  });

  it("without the header, reads the refusal from a body that begins with a known code", () => {
    expect(refusalOfAnswer(new Headers(), "rate_limited: Too many connections.")).toEqual({ code: "rate_limited", text: "Too many connections.", reason: null, retryable: true });
    expect(refusalOfAnswer(new Headers(), "unauthenticated: Present a valid token.\n")).toMatchObject({ code: "unauthenticated", text: "Present a valid token." });
  });

  it.each(["", "<h1>Blocked</h1>", "forbidden", "forbidden by policy", "Forbidden: no", "blocked: ask your administrator", " forbidden: x"])("returns null for an answer of a proxy: %j", (body) => {
    expect(refusalOfAnswer(new Headers({ "WWW-Authenticate": "Basic" }), body)).toBeNull();
  });
});
