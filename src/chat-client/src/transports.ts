import { HttpTransportType } from "@microsoft/signalr";

const ALL: HttpTransportType = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
const DEADLINE = 15_000;

// A slow network may need more time than the first deadline gives.
const MOST_DOUBLINGS = 2;

// A server that stood still looks like a broken transport: one silence is forgotten when another connection has lasted.
const SILENCES_OF_A_BROKEN_TRANSPORT = 2;

/**
 * Which transports the next attempt to connect may use, and how long it may take. SignalR tries the next transport when one cannot be opened. A transport
 * whose proxy swallows the handshake or holds back the answers is opened, and stays silent until the deadline or until the server gives it up. The next
 * attempt goes without it.
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
    this.failed(transport);
    if (transport === HttpTransportType.None || transport === HttpTransportType.LongPolling) this.doublings = Math.min(this.doublings + 1, MOST_DOUBLINGS);
  }

  /**
   * An attempt ended before its deadline, but without a connection. The server waits less long for a handshake than a client for its answer, so a transport
   * that is silent may look like this, too.
   * @param transport the transport that it used last; `None` when the negotiation failed.
   */
  failed(transport: HttpTransportType): void {
    if (transport === HttpTransportType.LongPolling) this.allowed = ALL;
    if (transport !== HttpTransportType.WebSockets && transport !== HttpTransportType.ServerSentEvents) return;
    this.silences.set(transport, (this.silences.get(transport) ?? 0) + 1);
    this.allowed &= ~transport;
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
