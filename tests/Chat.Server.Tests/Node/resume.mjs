// A stock client that reconnects automatically and resumes by position. It prints bob's messages up to "end", in the order of offsets.
// After a lost connection it waits for a line of input before it reconnects.
import { createInterface } from "node:readline";
import * as signalR from "@microsoft/signalr";

let allowed = Promise.resolve();
let allow;
const input = createInterface({ input: process.stdin }).on("line", () => allow());

const hub = new signalR.HubConnectionBuilder()
  .withUrl(`${process.argv[2]}/chat?userid=bob`, { accessTokenFactory: () => allowed.then(() => "") })
  .configureLogging(signalR.LogLevel.None)
  .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 50 })
  .build();

const received = new Map();
let resumed = 0;
let done;
const end = new Promise((resolve) => (done = resolve));

function receive(message) {
  if (received.has(message.offset)) return false;
  received.set(message.offset, message);
  if (message.content === "end") done();
  return true;
}

// Returns the position of the last message before the first gap.
function position() {
  let last = 0;
  while (received.has(last + 1)) last++;
  return received.get(last)?.position;
}

async function resume() {
  for (let more = true; more; ) {
    const at = position();
    const answer = (await hub.invoke("Resume", at ? { positions: { bob: at } } : {})).streams[0];
    if (!answer.recovered) throw new Error(answer.reason);
    resumed += answer.messages.filter(receive).length;
    more = answer.more;
  }
}

hub.on("ReceiveMessage", receive);
hub.onreconnecting(() => {
  allowed = new Promise((resolve) => (allow = resolve));
  console.log("lost");
});
hub.onreconnected(async () => {
  await resume();
  console.log("reconnected");
});
await hub.start();
await resume();
console.log("connected");
await end;
await hub.stop();
input.close();
const contents = [...received.keys()].sort((a, b) => a - b).map((offset) => received.get(offset).content);
console.log(JSON.stringify({ contents, resumed }));
