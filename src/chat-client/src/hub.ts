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

/** One SignalR connection: made for one attempt to connect, and used until it ends. */
export interface Hub extends Pick<HubConnection, "state" | "start" | "stop" | "invoke" | "on" | "onclose"> {
  /** The transport that was begun last; `None` while the negotiation has no answer. */
  readonly transport: HttpTransportType;
  /** Why the server itself refused the negotiation. */
  readonly refusal: ConnectRefusal | null;
  /** Ends everything that is still under way. SignalR's own `stop` waits for a start that gets no answer. */
  cut(): void;
}

export interface HubOptions {
  /** Address of the hub; `/chat` of this page's own server unless given. */
  readonly url?: string;
  /** Who is calling, where the server believes it (`Claimed`). */
  readonly user?: string;
  /** The token, or API key, to present. Asked for at every attempt, so that it may change. */
  readonly token?: () => string;
}

export class SignalRHub implements Hub {
  private readonly requests = new Requests();
  private readonly connection: HubConnection;

  constructor({ url = "/chat", user, token }: HubOptions, transports: HttpTransportType) {
    const { requests } = this;
    // Where the page has no such class SignalR finds its own.
    const options: IHttpConnectionOptions = {
      transport: transports,
      httpClient: requests,
      ...(token && { accessTokenFactory: token }),
      ...(typeof WebSocket !== "undefined" && { WebSocket: requests.noting(WebSocket, HttpTransportType.WebSockets) }),
      ...(typeof EventSource !== "undefined" && { EventSource: requests.noting(EventSource, HttpTransportType.ServerSentEvents) }),
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

  cut(): void {
    void this.connection.stop().catch(() => undefined);
    this.requests.cut();
  }
}

type SocketClass = new (...args: never[]) => { close(): void; onerror: ((event: Event) => unknown) | null };

/** The HTTP requests and sockets of one connection. SignalR's own client shows no headers, and cannot be cut. */
class Requests extends HttpClient {
  transport = HttpTransportType.None;
  refusal: ConnectRefusal | null = null;
  private readonly open = new Set<() => void>();

  /** The class, except that its sockets are noted and can be cut. */
  noting<T extends SocketClass>(socket: T, transport: HttpTransportType): T {
    return new Proxy(socket, {
      construct: (target, args: never[]) => {
        const one = new target(...args);
        this.transport = transport;
        this.open.add(() => {
          one.close();
          // An EventSource that is closed tells nobody, and SignalR would wait for ever.
          if (transport === HttpTransportType.ServerSentEvents) one.onerror?.(new Event("error"));
        });
        return one;
      },
    });
  }

  cut(): void {
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
