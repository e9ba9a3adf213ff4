import { vi } from "vitest";
import { FakeStorage } from "chat-client/testing";

// What the texts ask of a browser.
vi.stubGlobal("localStorage", new FakeStorage());
vi.stubGlobal("navigator", { language: "en-GB" });
vi.stubGlobal("document", { documentElement: {}, hidden: false });
