import "./browser";
import { expect, it } from "vitest";
import { chooseLanguage } from "../../language";
import { initialsOf, problemWithName, problemWithRecipient, tidyName } from "../names";
import { t } from "../texts";

it.each(["alice", "Bob Smith", "李雷", "👩‍👩‍👧".slice(0, 2), "a".repeat(64)])("%s is a valid user name", (name) => expect(problemWithName(name)).toBeNull());

it.each(["", "a".repeat(65), "a:b", "#room", "$topic", "a\nb", "a\u202Eb", "a\u200Bb"])("%j is not a valid user name", (name) =>
  expect(problemWithName(name)).not.toBeNull(),
);

it.each(["#garden", "#花园", "bob"])("%s is a valid recipient", (name) => expect(problemWithRecipient(name)).toBeNull());

it.each(["#", "# garden", "#a:b", "#" + "a".repeat(64)])("%j is not a valid recipient", (name) => expect(problemWithRecipient(name)).not.toBeNull());

it("tidyName returns NFC without white space around it", () => expect(tidyName(" e\u0301 ")).toBe("é"));

it.each([
  ["alice", "A"],
  ["Bob Smith", "BS"],
  ["anna-maria.lopez", "AL"],
  ["李雷", "李"],
  ["#garden", "#"],
  ["<img src=x>", "IS"],
  ["🙂", "🙂"],
])("The initials of %s are %s", (name, initials) => expect(initialsOf(name)).toBe(initials));

it("The texts are in the chosen language", () => {
  expect(t().send).toBe("Send");
  chooseLanguage("zh");
  expect(t().send).toBe("发送");
  expect(problemWithName("")).toBe("请输入名字。");
  chooseLanguage("en");
});
