// Makes the same calls in JSON and in MessagePack, and prints the answers.
import * as signalR from "@microsoft/signalr";
import { MessagePackHubProtocol } from "@microsoft/signalr-protocol-msgpack";

const server = process.argv[2];

async function connect(user, protocol) {
  const hub = new signalR.HubConnectionBuilder()
    .withUrl(`${server}/chat?userid=${user}`)
    .withHubProtocol(protocol)
    .configureLogging(signalR.LogLevel.None)
    .build();
  hub.valued = new Promise((resolve) => hub.on("ReceiveValue", resolve));
  hub.received = new Promise((resolve) => hub.on("ReceiveMessage", resolve));
  await hub.start();
  return hub;
}

const refusal = (call) => call.then(() => "", (error) => error.message);

// Versions and times change during the run.
const shape = (value) => ({ ...value, version: typeof value.version, publishedAt: value.publishedAt.replace(/\d/g, "9") });

async function results(hub, sent) {
  return {
    message: await hub.received,
    confirm: await hub.invoke("Confirm", { stream: "alice", position: sent.position }),
    read: await hub.invoke("Read", { stream: "alice", limit: 5 }),
    resume: await hub.invoke("Resume", { positions: { alice: `${sent.position.split(".")[0]}.0` } }),
    duplicate: await hub.invoke("Send", { to: "bob", content: "hi: 😀\n", id: "key" }),
    refusal: await refusal(hub.invoke("Send", { to: "a:b", content: "x" })),
    malformed: await refusal(hub.invoke("Send", { to: 1, content: "x" })),
    unknown: await refusal(hub.invoke("Dance", { room: "#x" })),
    join: await hub.invoke("Join", { room: "#x" }),
    leave: await hub.invoke("Leave", { room: "#x" }),
    nothing: await hub.invoke("Subscribe", { topic: "$nothing" }),
    subscribe: shape(await hub.invoke("Subscribe", { topic: "$x" })),
    value: shape(await hub.valued),
    unsubscribe: await hub.invoke("Unsubscribe", { topic: "$x" }),
  };
}

const json = await connect("alice", new signalR.JsonHubProtocol());
const messagepack = await connect("alice", new MessagePackHubProtocol());
const sent = await messagepack.invoke("Send", { to: "bob", content: "hi: 😀\n", id: "key" });
const result = { json: await results(json, sent), messagepack: await results(messagepack, sent) };
await json.stop();
await messagepack.stop();
console.log(JSON.stringify(result));
