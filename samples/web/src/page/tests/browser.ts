import { vi } from "vitest";
import { FakeStorage } from "chat-client/testing";

// The browser objects that the texts need.
vi.stubGlobal("localStorage", new FakeStorage());
vi.stubGlobal("navigator", { language: "en-GB" });
vi.stubGlobal("document", { documentElement: {}, hidden: false });
