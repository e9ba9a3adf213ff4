import { HttpTransportType, HubConnectionState } from "@microsoft/signalr";
import type { ConnectRefusal } from "../src/answers";
import type { Hub } from "../src/hub";

type Answer = (method: string, argument: never) => unknown;

/** A server as a client sees it, over any number of connections: it takes calls, calls back, and breaks off. */
export class FakeHub implements Hub {
  state = HubConnectionState.Disconnected;
  starts = 0;
  transport = HttpTransportType.None;
  refusal: ConnectRefusal | null = null;
  /** The transports that each attempt may use. */
  readonly offered: HttpTransportType[] = [];
  readonly calls: { method: string; argument: object }[] = [];
  private readonly handlers = new Map<string, ((argument: never) => void)[]>();
  private readonly onClose: (() => void)[] = [];

  /** @param answer what a call is answered with; it may throw, or promise. */
  constructor(
    public answer: Answer = () => undefined,
    public door: (hub: FakeHub) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** A connection's hub, with nothing of the one before. */
  readonly made = (transports: HttpTransportType): Hub => {
    this.offered.push(transports);
    this.handlers.clear();
    this.onClose.length = 0;
    this.refusal = null;
    this.transport = HttpTransportType.None;
    return this;
  };

  async start(): Promise<void> {
    this.starts++;
    await this.door(this);
    this.state = HubConnectionState.Connected;
  }

  stop(): Promise<void> {
    this.breakOff();
    return Promise.resolve();
  }

  cut(): void {}

  async invoke<T>(method: string, argument: object): Promise<T> {
    if (this.state !== HubConnectionState.Connected) throw new Error("There is no connection.");
    this.calls.push({ method, argument });
    return (await this.answer(method, argument as never)) as T;
  }

  on(method: string, handler: (argument: never) => void): void {
    this.handlers.set(method, [...(this.handlers.get(method) ?? []), handler]);
  }

  onclose(handler: () => void): void {
    this.onClose.push(handler);
  }

  /** The server calls. */
  say(method: string, argument: object): void {
    for (const handler of this.handlers.get(method) ?? []) handler(argument as never);
  }

  /** What lets the present connection call after its end. */
  lateSay(): (method: string, argument: object) => void {
    const handlers = new Map(this.handlers);
    return (method, argument) => {
      for (const handler of handlers.get(method) ?? []) handler(argument as never);
    };
  }

  breakOff(): void {
    if (this.state !== HubConnectionState.Connected) return;
    this.state = HubConnectionState.Disconnected;
    for (const handler of this.onClose) handler();
  }

  /** The arguments of the calls of one method. */
  of(method: string): object[] {
    return this.calls.filter((call) => call.method === method).map(({ argument }) => argument);
  }
}

/** As SignalR hands a refusal on. */
export const refusal = (code: string, text: string): Error =>
  new Error(`An unexpected error occurred invoking 'Send' on the server. HubException: ${code}: ${text}`);
