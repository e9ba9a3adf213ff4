import "./browser";
import { expect, it } from "vitest";
import { chooseLanguage } from "../../language";
import { initialsOf, problemWithName, problemWithRecipient, tidyName } from "../names";
import { words } from "../words";

it.each(["alice", "Bob Smith", "李雷", "👩‍👩‍👧".slice(0, 2), "a".repeat(64)])("%s can be somebody's name", (name) => expect(problemWithName(name)).toBeNull());

it.each(["", "a".repeat(65), "a:b", "#room", "$topic", "a\nb", "a\u202Eb", "a\u200Bb"])("%j cannot be somebody's name", (name) =>
  expect(problemWithName(name)).not.toBeNull(),
);

it.each(["#garden", "#花园", "bob"])("%s can be written to", (name) => expect(problemWithRecipient(name)).toBeNull());

it.each(["#", "# garden", "#a:b", "#" + "a".repeat(64)])("%j cannot be written to", (name) => expect(problemWithRecipient(name)).not.toBeNull());

it("A name has each accent in its letter, and no white space around it", () => expect(tidyName(" e\u0301 ")).toBe("é"));

it.each([
  ["alice", "A"],
  ["Bob Smith", "BS"],
  ["anna-maria.lopez", "AL"],
  ["李雷", "李"],
  ["#garden", "#"],
  ["<img src=x>", "IS"],
  ["🙂", "🙂"],
])("%s is %s in short", (name, initials) => expect(initialsOf(name)).toBe(initials));

it("The texts are in the language that was chosen", () => {
  expect(words().send).toBe("Send");
  chooseLanguage("zh");
  expect(words().send).toBe("发送");
  expect(problemWithName("")).toBe("请输入名字。");
  chooseLanguage("en");
});
