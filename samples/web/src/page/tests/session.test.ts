import "./browser";
import { expect, it } from "vitest";
import { sessionOf } from "../session";

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

it.each(["alice", "李雷", "a b"])("A token says who %s is", (sub) => expect(sessionOf(token({ sub }))).toEqual({ user: sub, token: token({ sub }) }));

it.each(["", "x", "a.b.c", "e30.!!.x", token({}), token({ sub: 7 }), token({ sub: "" })])("%j is no token of anybody", (text) => expect(sessionOf(text)).toBeNull());
