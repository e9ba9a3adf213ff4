// Two stock clients from npm talk through the server. Prints one JSON line with the messages that each received.
import * as signalR from "@microsoft/signalr";
import WebSocket from "ws";

const server = process.argv[2];

const hub = new signalR.HubConnectionBuilder()
  .withUrl(`${server}/chat?userid=hub`)
  .configureLogging(signalR.LogLevel.None)
  .build();
const received = [];
const receivedAll = new Promise((resolve) => hub.on("ReceiveMessage", (message) => {
  received.push(message);
  if (received.length === 3) resolve();
}));
await hub.start();

const raw = new WebSocket(`${server.replace("http", "ws")}/api/home/connect`);
const frames = [];
const framesAll = new Promise((resolve) => raw.on("message", (frame) => {
  frames.push(frame.toString());
  if (frames.length === 2) resolve();
}));
await new Promise((resolve) => raw.on("open", resolve));
raw.send("raw::");
raw.send("raw:hub:hi: there 😀");

const receipt = await hub.invoke("Send", { to: "raw", content: "one", id: "key" });
const again = await hub.invoke("Send", { to: "raw", content: "one", id: "key" });
await hub.invoke("Send", { to: "raw", content: "two" });
await Promise.all([receivedAll, framesAll]);
const resumed = (await hub.invoke("Resume", {})).streams[0];
const closed = new Promise((resolve) => raw.on("close", resolve));
raw.close();
const code = await closed;
await hub.stop();
console.log(JSON.stringify({ received: received.map((m) => `${m.from}>${m.to}:${m.content}`).sort(), frames, receipt, again, resumed: resumed.messages.length, code }));
