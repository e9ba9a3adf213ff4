import {
  type HttpRequest,
  HttpClient,
  HttpError,
  HttpResponse,
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  type IHttpConnectionOptions,
  LogLevel,
} from "@microsoft/signalr";
import { type ConnectRefusal, refusalOfAnswer } from "./answers";

/** One SignalR connection: created for one attempt to connect, and used until it ends. */
export interface Hub extends Pick<HubConnection, "state" | "start" | "stop" | "invoke" | "on" | "onclose"> {
  /** The transport that was started last; `None` while the negotiation has no answer. */
  readonly transport: HttpTransportType;
  /** The server's own refusal of the negotiation. */
  readonly refusal: ConnectRefusal | null;
  /** Aborts all open requests and sockets. SignalR's own `stop` waits for a start that gets no answer. */
  abort(): void;
}

export interface HubOptions {
  /** Address of the hub. The default is `/chat` on the page's own server. */
  readonly url?: string;
  /** The user id, where the server's identity mode is `Claimed`. */
  readonly user?: string;
  /** Returns the token or API key. Called at every attempt, so that it can change. */
  readonly token?: () => string;
}

export class SignalRHub implements Hub {
  private readonly requests = new Requests();
  private readonly connection: HubConnection;

  constructor({ url = "/chat", user, token }: HubOptions, transports: HttpTransportType) {
    const { requests } = this;
    // Without these classes (Node.js) SignalR uses its own.
    const options: IHttpConnectionOptions = {
      transport: transports,
      httpClient: requests,
      ...(token && { accessTokenFactory: token }),
      ...(typeof WebSocket !== "undefined" && { WebSocket: requests.tracked(WebSocket, HttpTransportType.WebSockets) }),
      ...(typeof EventSource !== "undefined" && { EventSource: requests.tracked(EventSource, HttpTransportType.ServerSentEvents) }),
    };
    const address = user === undefined ? url : `${url}?userid=${encodeURIComponent(user)}`;
    this.connection = new HubConnectionBuilder().withUrl(address, options).configureLogging(LogLevel.None).build();
  }

  get state() {
    return this.connection.state;
  }

  get transport(): HttpTransportType {
    return this.requests.transport;
  }

  get refusal(): ConnectRefusal | null {
    return this.requests.refusal;
  }

  start = (): Promise<void> => this.connection.start();
  stop = (): Promise<void> => this.connection.stop();
  invoke = <T>(method: string, ...args: unknown[]): Promise<T> => this.connection.invoke<T>(method, ...args);
  on: HubConnection["on"] = (method: string, handler: (...args: never[]) => unknown) => this.connection.on(method, handler as () => void);
  onclose = (handler: (error?: Error) => void): void => this.connection.onclose(handler);

  abort(): void {
    void this.connection.stop().catch(() => undefined);
    this.requests.abort();
  }
}

type SocketClass = new (...args: never[]) => { close(): void; onerror: ((event: Event) => unknown) | null };

/** The HTTP requests and sockets of one connection. SignalR's own HTTP client shows no response headers and cannot be aborted. */
class Requests extends HttpClient {
  transport = HttpTransportType.None;
  refusal: ConnectRefusal | null = null;
  private readonly open = new Set<() => void>();

  /** Returns the class, extended so that `abort` closes its sockets. */
  tracked<T extends SocketClass>(socket: T, transport: HttpTransportType): T {
    return new Proxy(socket, {
      construct: (target, args: never[]) => {
        const created = new target(...args);
        this.transport = transport;
        this.open.add(() => {
          created.close();
          // EventSource.close() raises no event, so SignalR would wait for ever.
          if (transport === HttpTransportType.ServerSentEvents) created.onerror?.(new Event("error"));
        });
        return created;
      },
    });
  }

  abort(): void {
    for (const end of this.open) end();
    this.open.clear();
  }

  override async send(request: HttpRequest): Promise<HttpResponse> {
    const { url = "", method = "", content, headers, abortSignal, timeout, withCredentials, responseType } = request;
    if (method === "GET") this.transport = HttpTransportType.LongPolling;
    const abort = new AbortController();
    const end = () => abort.abort();
    this.open.add(end);
    if (abortSignal) abortSignal.onabort = end;
    const timer = timeout === undefined ? undefined : setTimeout(end, timeout);
    try {
      const answer = await fetch(url, {
        method,
        body: content || null,
        cache: "no-cache",
        credentials: withCredentials === false ? "same-origin" : "include",
        headers: { "X-Requested-With": "XMLHttpRequest", ...(content && { "Content-Type": "text/plain;charset=UTF-8" }), ...headers },
        signal: abort.signal,
      });
      const body = responseType === "arraybuffer" ? await answer.arrayBuffer() : await answer.text();
      if (answer.ok) return new HttpResponse(answer.status, answer.statusText, body as string);
      if (new URL(url).pathname.endsWith("/negotiate")) this.refusal = refusalOfAnswer(answer.headers, String(body));
      throw new HttpError(String(body) || answer.statusText, answer.status);
    } finally {
      clearTimeout(timer);
      this.open.delete(end);
      if (abortSignal) abortSignal.onabort = null;
    }
  }
}
