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
])("The server's own %i concerns the key", async (status, code) => {
  expect((await refusedWith(status, JSON.stringify({ code, title: "No.", status, detail: "No." }))).isOfKey).toBe(true);
});

it.each([
  [403, "<h1>Blocked by your firewall</h1>"],
  [403, JSON.stringify({ error: "blocked" })],
  [403, "null"],
  [401, "<h1>Sign in to the hotel's network</h1>"],
  [429, "Slow down."],
])("A %i of a proxy does not concern the key", async (status, body) => {
  const refused = await refusedWith(status, body);
  expect(refused.isOfKey).toBe(false);
  expect(problemOf(refused)).toContain(`HTTP ${status}`);
});

it("The searched prefix is one query parameter", async () => {
  vi.stubGlobal("fetch", (path: string) => {
    expect([...new URL(path, "http://server/").searchParams]).toEqual([["prefix", "a&b#"], ["limit", "5"]]);
    return Promise.resolve(new Response(JSON.stringify({ users: ["a&b#c"] })));
  });
  expect(await new Admin("key").users("a&b#", 5)).toEqual(["a&b#c"]);
});

it.each(["..", "../bans/alice", "a/b", "a%2Fb", "a+b&user=c=d#", "ünï 😀"])("The user %j is one query parameter", async (user) => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (path: string, { method }: { method: string }) => {
    // As a browser resolves the address.
    const address = new URL(path, "http://server/");
    asked.push(`${method} ${address.pathname}`);
    expect([...address.searchParams]).toEqual([["user", user]]);
    return Promise.resolve(new Response(JSON.stringify({ connections: [], closed: 0 })));
  });
  const admin = new Admin("key");
  await admin.user(user);
  await admin.connections(user);
  await admin.kick(user);
  await admin.ban(user);
  await admin.unban(user);
  expect(asked).toEqual(["GET /api/v1/user", "GET /api/v1/connections", "DELETE /api/v1/connections", "PUT /api/v1/bans", "DELETE /api/v1/bans"]);
});
