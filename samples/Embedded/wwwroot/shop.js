// The page of the shop. It uses the raw endpoint of the chat server, which needs no library. The browser sends the sign-in cookie with the handshake.
"use strict";
const byId = id => document.getElementById(id);
let socket = null;

function post(path, body) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
}

function connect(name) {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/home/connect`);
  socket.onopen = () => byId("state").textContent = "Connected.";
  socket.onclose = close => byId("state").textContent = `Closed (${close.code} ${close.reason}).`;
  socket.onmessage = message => {
    // from:content, or room:from:content
    const line = document.createElement("li");
    line.textContent = message.data;
    byId("messages").append(line);
  };
  byId("who").textContent = name;
  byId("sign-in").hidden = true;
  byId("shop").hidden = false;
}

byId("sign-in").onsubmit = async submit => {
  submit.preventDefault();
  const name = byId("name").value;
  if ((await post("sign-in", { name })).ok)
    connect(name);
};

byId("order").onclick = () => post("orders", { number: crypto.randomUUID() });
byId("sign-out").onclick = () => post("sign-out");

byId("send").onsubmit = submit => {
  submit.preventDefault();
  socket.send(`${byId("who").textContent}:${byId("to").value}:${byId("content").value}`);
  byId("content").value = "";
};
