import { HttpTransportType } from "@microsoft/signalr";

const ALL: HttpTransportType = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
const DEADLINE = 15_000;

// A slow network may need more time than the first deadline gives.
const MOST_DOUBLINGS = 2;

// A server that stood still looks like a broken transport: one silence is forgotten when another connection has lasted.
const SILENCES_OF_A_BROKEN_TRANSPORT = 2;

/**
 * Which transports the next attempt to connect may use, and how long it may take. SignalR tries the next transport when one fails at once. A transport whose
 * proxy swallows the handshake or holds back the answers does not fail: it stays silent until the deadline. The next attempt goes without it.
 */
export class TransportChoice {
  allowed = ALL;
  private readonly silences = new Map<HttpTransportType, number>();
  private doublings = 0;

  /** In milliseconds. */
  get deadline(): number {
    return DEADLINE * 2 ** this.doublings;
  }

  /**
   * An attempt got no answer before its deadline.
   * @param transport the transport that it used last; `None` when the negotiation got no answer.
   */
  silent(transport: HttpTransportType): void {
    if (transport === HttpTransportType.WebSockets || transport === HttpTransportType.ServerSentEvents) {
      this.silences.set(transport, (this.silences.get(transport) ?? 0) + 1);
      this.allowed &= ~transport;
      return;
    }
    this.doublings = Math.min(this.doublings + 1, MOST_DOUBLINGS);
    if (transport === HttpTransportType.LongPolling) this.allowed = ALL;
  }

  /** An attempt has connected. */
  connected(): void {
    this.doublings = 0;
  }

  /** A connection has lasted, and has ended now. */
  lasted(): void {
    for (const [transport, count] of this.silences) if (count < SILENCES_OF_A_BROKEN_TRANSPORT) this.allowed |= transport;
  }

  /** The network is another one now. */
  forget(): void {
    this.silences.clear();
    this.allowed = ALL;
    this.doublings = 0;
  }
}
