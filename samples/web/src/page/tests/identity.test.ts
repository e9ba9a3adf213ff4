import "./browser";
import { expect, it, vi } from "vitest";
import { FakeStorage } from "chat-client/testing";
import { remember, remembered, identityOf } from "../identity";

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

it.each(["alice", "李雷", "a b"])("The sub of a token is the user %s", (sub) => expect(identityOf(token({ sub }))).toEqual({ user: sub, token: token({ sub }) }));

it.each(["", "x", "a.b.c", "e30.!!.x", token({}), token({ sub: 7 }), token({ sub: "" })])("%j is not a token", (text) => expect(identityOf(text)).toBeNull());

it.each(["", "{", "null", "7", "{}", '{"user":7}', '{"user":""}', '{"user":"alice","token":7}'])("A stored value that is not an identity is ignored: %s", (kept) => {
  vi.stubGlobal("sessionStorage", new FakeStorage());
  remember({ user: "alice" });
  expect(remembered()).toEqual({ user: "alice" });
  sessionStorage.setItem("chat.session", kept);
  expect(remembered()).toBeNull();
});
