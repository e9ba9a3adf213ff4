import { HttpTransportType, HubConnectionState } from "@microsoft/signalr";
import type { ConnectRefusal } from "../src/answers";
import type { Hub } from "../src/hub";

type Answer = (method: string, argument: never) => unknown;

/** A hub without a server, for tests of any number of connections: records calls, answers them, calls the client, and breaks the connection. */
export class FakeHub implements Hub {
  state = HubConnectionState.Disconnected;
  starts = 0;
  transport = HttpTransportType.None;
  refusal: ConnectRefusal | null = null;
  /** The allowed transports of each attempt. */
  readonly offered: HttpTransportType[] = [];
  readonly calls: { method: string; argument: object }[] = [];
  private readonly handlers = new Map<string, ((argument: never) => void)[]>();
  private readonly onClose: (() => void)[] = [];

  /**
   * @param answer returns the answer to a call, or a promise of it, or throws.
   * @param accept accepts or rejects a connection.
   */
  constructor(
    public answer: Answer = () => undefined,
    public accept: (hub: FakeHub) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Makes the hub of a new connection: pass it to `Connection` as `makeHub`. */
  readonly make = (transports: HttpTransportType): Hub => {
    this.offered.push(transports);
    this.handlers.clear();
    this.onClose.length = 0;
    this.refusal = null;
    this.transport = HttpTransportType.None;
    return this;
  };

  async start(): Promise<void> {
    this.starts++;
    await this.accept(this);
    this.state = HubConnectionState.Connected;
  }

  stop(): Promise<void> {
    this.disconnect();
    return Promise.resolve();
  }

  abort(): void {}

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

  /** Calls a method of the client, as the server does. */
  send(method: string, argument: object): void {
    for (const handler of this.handlers.get(method) ?? []) handler(argument as never);
  }

  /** Returns a `send` of the current connection that still works after its end. */
  lateSend(): (method: string, argument: object) => void {
    const handlers = new Map(this.handlers);
    return (method, argument) => {
      for (const handler of handlers.get(method) ?? []) handler(argument as never);
    };
  }

  /** Ends the connection. */
  disconnect(): void {
    if (this.state !== HubConnectionState.Connected) return;
    this.state = HubConnectionState.Disconnected;
    for (const handler of this.onClose) handler();
  }

  /** Returns the arguments of the calls of one method. */
  callsOf(method: string): object[] {
    return this.calls.filter((call) => call.method === method).map(({ argument }) => argument);
  }
}

/** Returns a refusal of the server as SignalR reports it. */
export const refusal = (code: string, text: string): Error =>
  new Error(`An unexpected error occurred invoking 'Send' on the server. HubException: ${code}: ${text}`);
