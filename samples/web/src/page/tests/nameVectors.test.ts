import "./browser";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { chooseLanguage } from "../../language";
import { problemWithName, problemWithRecipient } from "../names";

interface Vector {
  readonly case: string;
  readonly name: string;
  readonly problem: string | null;
}

// The server's tests read the same file.
const vectors = JSON.parse(readFileSync(new URL("../../../../../tests/Chat.Protocol.Tests/names.json", import.meta.url), "utf8")) as readonly Vector[];

it.each(vectors)("The page accepts and refuses the same names as the server: $case", ({ name, problem }) => {
  chooseLanguage("en");
  const found = problemWithName(name);
  if (problem === null) {
    expect(found).toBeNull();
    expect(problemWithRecipient(`#${name}`)).toBeNull();
  } else {
    expect(found).not.toBeNull();
    const code = /^Character \d+ is (U\+[0-9A-F]+)/.exec(problem)?.[1];
    if (code) expect(found).toContain(code);
  }
});

it("An unpaired surrogate is named", () => expect(problemWithName("a\ud800")).toContain("U+D800"));

it("The problem of a room name names the character", () => expect(problemWithRecipient("#a\u200bb")).toContain("U+200B"));
