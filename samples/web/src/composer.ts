import { element } from "./elements";

const MAX_HEIGHT = 160;

// A telephone has no Shift+Enter, and covers half of the page with its keyboard as soon as a field has the focus.
const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;

/** Where a message is written: Enter sends it, Shift+Enter breaks the line. What was begun to one is not sent to another. */
export class Composer {
  private readonly content = element("content", HTMLTextAreaElement);
  private readonly begun = new Map<string, string>();
  private to: string | null = null;

  constructor(private readonly send: (to: string, content: string) => void) {
    this.content.value = "";
    this.content.oninput = () => this.fit();
    this.content.onkeydown = (key) => {
      // Enter also ends the choice of a character.
      if (key.key !== "Enter" || key.shiftKey || key.isComposing || isTouch()) return;
      key.preventDefault();
      this.submit();
    };
    element("compose", HTMLFormElement).onsubmit = (submit) => {
      submit.preventDefault();
      this.submit();
    };
  }

  begin(to: string): void {
    if (this.to !== null) this.begun.set(this.to, this.content.value);
    this.to = to;
    this.content.value = this.begun.get(to) ?? "";
    // The field is shown in this turn, by who calls.
    queueMicrotask(() => {
      this.fit();
      if (!isTouch()) this.content.focus();
    });
  }

  private submit(): void {
    const content = this.content.value;
    if (this.to === null || content.trim() === "") return;
    this.send(this.to, content);
    this.content.value = "";
    this.fit();
    this.content.focus();
  }

  private fit(): void {
    const { content } = this;
    content.style.height = "auto";
    const borders = content.offsetHeight - content.clientHeight;
    content.style.height = `${Math.min(MAX_HEIGHT, content.scrollHeight + borders)}px`;
  }
}
