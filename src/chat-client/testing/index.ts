export { FakeHub, refusal } from "./fakeHub";
export { FakeStorage } from "./fakeStorage";
