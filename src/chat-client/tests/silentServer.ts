import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** The phase of a connection attempt in which the server stops answering. */
export type Phase =
  | "negotiation" | "negotiation body"
  | "WebSockets" | "WebSockets opened"
  | "ServerSentEvents" | "ServerSentEvents opened" | "ServerSentEvents post"
  | "LongPolling" | "LongPolling opened" | "LongPolling post";

/** A real server that answers the start of a hub connection up to one phase, then is silent. */
export class SilentServer {
  negotiations = 0;
  /** Whether a client waits in that phase. */
  isSilent = false;
  private polls = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly phase: Phase, private readonly server: Server) {
    server.on("request", (request, response) => this.answer(request, response));
    server.on("upgrade", (request, socket: Socket) => this.upgrade(request, socket));
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => undefined);
    });
  }

  static async start(phase: Phase): Promise<SilentServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new SilentServer(phase, server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/chat`;
  }

  /** Number of open connections. */
  get open(): number {
    return this.sockets.size;
  }

  end(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private answer({ method, url = "" }: IncomingMessage, response: ServerResponse): void {
    response.shouldKeepAlive = false;
    const [transport, where] = this.phase.split(" ") as [string, string | undefined];
    if (url.includes("/negotiate")) this.negotiate(transport, where, response);
    else if (method === "POST" && where !== "post") response.end();
    else if (method === "GET" && transport === "ServerSentEvents" && where !== undefined) {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).write(":\n\n");
      this.isSilent = true;
    } else if (method === "GET" && where !== undefined && this.polls++ === 0) response.end();
    else if (method === "DELETE") response.end();
    else this.isSilent = true;
  }

  private negotiate(transport: string, where: string | undefined, response: ServerResponse): void {
    this.negotiations++;
    if (transport !== "negotiation")
      response.end(
        JSON.stringify({ connectionId: "x", connectionToken: "y", negotiateVersion: 1, availableTransports: [{ transport, transferFormats: ["Text", "Binary"] }] }),
      );
    else {
      if (where === "body") response.writeHead(200, { "Content-Length": 500 }).write("{");
      this.isSilent = true;
    }
  }

  private upgrade({ headers }: IncomingMessage, socket: Socket): void {
    this.isSilent = true;
    socket.on("end", () => socket.destroy()).resume();
    if (this.phase !== "WebSockets opened") return;
    const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  }
}
