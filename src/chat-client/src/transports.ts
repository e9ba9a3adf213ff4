import { HttpTransportType } from "@microsoft/signalr";

const ALL: HttpTransportType = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
const DEADLINE = 15_000; // milliseconds

// A slow network may need more time than the first deadline.
const MOST_DOUBLINGS = 2;

// A server that hangs looks like a broken transport. So the client forgets a single silence after a stable connection.
const SILENCES_OF_A_BROKEN_TRANSPORT = 2;

/**
 * The transports that the next attempt to connect may use, and its deadline. SignalR tries the next transport when one cannot be opened.
 * But behind a proxy that swallows the handshake or buffers the answers, a transport opens and stays silent. The next attempt excludes that transport.
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
   * Records that an attempt got no answer before its deadline.
   * @param transport the transport that the attempt used last; `None` when the negotiation got no answer.
   */
  silent(transport: HttpTransportType): void {
    this.failed(transport);
    if (transport === HttpTransportType.None || transport === HttpTransportType.LongPolling) this.doublings = Math.min(this.doublings + 1, MOST_DOUBLINGS);
  }

  /**
   * Records that an attempt failed before its deadline. A silent transport can fail like this: the server's handshake timeout is shorter than the deadline.
   * @param transport the transport that the attempt used last; `None` when the negotiation failed.
   */
  failed(transport: HttpTransportType): void {
    if (transport === HttpTransportType.LongPolling) this.allowed = ALL;
    if (transport !== HttpTransportType.WebSockets && transport !== HttpTransportType.ServerSentEvents) return;
    this.silences.set(transport, (this.silences.get(transport) ?? 0) + 1);
    this.allowed &= ~transport;
  }

  /** Records that an attempt has connected. */
  connected(): void {
    this.doublings = 0;
  }

  /** Records that a stable connection has ended. */
  lasted(): void {
    for (const [transport, count] of this.silences) if (count < SILENCES_OF_A_BROKEN_TRANSPORT) this.allowed |= transport;
  }

  /** Forgets everything: the network has changed. */
  forget(): void {
    this.silences.clear();
    this.allowed = ALL;
    this.doublings = 0;
  }
}
