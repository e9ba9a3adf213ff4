// A stock client that reconnects by itself, and resumes by position: prints what bob was shown until "end", in the order of offsets.
// Once its connection is lost it comes back when a line of input allows it.
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

const shown = new Map();
let resumed = 0;
let done;
const end = new Promise((resolve) => (done = resolve));

function take(message) {
  if (shown.has(message.offset)) return false;
  shown.set(message.offset, message);
  if (message.content === "end") done();
  return true;
}

// The position after what is held without a hole.
function position() {
  let last = 0;
  while (shown.has(last + 1)) last++;
  return shown.get(last)?.position;
}

async function resume() {
  for (let more = true; more; ) {
    const at = position();
    const answer = (await hub.invoke("Resume", at ? { positions: { bob: at } } : {})).streams[0];
    if (!answer.recovered) throw new Error(answer.reason);
    resumed += answer.messages.filter(take).length;
    more = answer.more;
  }
}

hub.on("ReceiveMessage", take);
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
const contents = [...shown.keys()].sort((a, b) => a - b).map((offset) => shown.get(offset).content);
console.log(JSON.stringify({ contents, resumed }));
