import "../../page/tests/browser";
import { afterEach, expect, it, vi } from "vitest";
import { Admin, Refused } from "../admin";
import { problemOf } from "../problem";

afterEach(() => vi.unstubAllGlobals());

async function refusedWith(status: number, body: string): Promise<Refused> {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status })));
  const error = await new Admin("key").check().catch((thrown: unknown) => thrown);
  if (!(error instanceof Refused)) throw new Error(String(error));
  return error;
}

it.each([
  [401, "unauthenticated"],
  [403, "forbidden"],
])("The server's own %i is about the key", async (status, code) => {
  expect((await refusedWith(status, JSON.stringify({ code, title: "No.", status, detail: "No." }))).isOfKey).toBe(true);
});

it.each([
  [403, "<h1>Blocked by your firewall</h1>"],
  [403, JSON.stringify({ error: "blocked" })],
  [403, "null"],
  [401, "<h1>Sign in to the hotel's network</h1>"],
  [429, "Slow down."],
])("A %i of something in between is not about the key", async (status, body) => {
  const refused = await refusedWith(status, body);
  expect(refused.isOfKey).toBe(false);
  expect(problemOf(refused)).toContain(`HTTP ${status}`);
});
