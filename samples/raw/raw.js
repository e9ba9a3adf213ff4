// A plain WebSocket: sends userid:toUserid:content, receives from:content.
var ws = null;
var retry = null;
var stayAway = [1002, 1003, 1007, 1009, 4400, 4401, 4403]; // a retry would fail for the same reason
var field = function (id) { return document.getElementById(id); };

// The server serves this page at /raw/, below the same path prefix as the endpoint.
var page = location.protocol.indexOf("http") === 0 && location.host ? location.href : "http://localhost:5000/raw/";
field("address").value = new URL("../api/home/connect", page).href.replace(/^http/, "ws").replace(/[?#].*$/, "");

function show(text, kind) {
  var line = document.createElement("div");
  line.textContent = text;
  line.className = kind || "";
  line.dir = "auto";
  field("log").appendChild(line);
  field("log").scrollTop = field("log").scrollHeight;
}

function connect() {
  clearTimeout(retry);
  if (ws) { ws.onclose = null; ws.close(); }
  try {
    ws = new WebSocket(field("address").value);
  } catch (error) {
    show("not a WebSocket address: " + field("address").value, "error"); // a retry would not help
    return;
  }
  ws.onopen = function () {
    ws.send(field("userid").value + "::"); // registers; the server sends the waiting messages
    show("connected as " + field("userid").value, "notice");
  };
  ws.onmessage = function (event) {
    var kind = event.data.indexOf("system:error ") === 0 ? "error" : event.data.indexOf("system:notice ") === 0 ? "notice" : "";
    show(event.data, kind);
  };
  ws.onclose = function (event) {
    if (stayAway.indexOf(event.code) >= 0) { show("closed (" + event.code + "): " + event.reason, "error"); return; }
    show("closed (" + event.code + "), reconnecting", "notice");
    retry = setTimeout(connect, 1000 + Math.random() * 2000);
  };
}

function send() {
  if (!ws || ws.readyState !== WebSocket.OPEN) { show("not connected", "error"); return; }
  ws.send(field("userid").value + ":" + field("toUserid").value + ":" + field("content").value);
  show("to " + field("toUserid").value + ": " + field("content").value, "notice");
  field("content").value = "";
}

field("connect").onclick = connect;
field("send").onclick = send;
field("content").onkeydown = function (event) { if (event.key === "Enter") send(); };
