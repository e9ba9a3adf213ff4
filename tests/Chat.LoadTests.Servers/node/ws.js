// A relay of userid:toUserid:content frames with ws and its defaults.
import { WebSocketServer } from 'ws';

const users = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]) }, () =>
  console.log(`Now listening on: http://127.0.0.1:${server.address().port}`));

server.on('connection', socket => {
  socket.on('message', data => {
    const frame = data.toString();
    const first = frame.indexOf(':');
    const second = frame.indexOf(':', first + 1);
    const from = frame.slice(0, first);
    const content = frame.slice(second + 1);
    if (content === '') {
      users.set(from, socket);
      return;
    }
    users.get(frame.slice(first + 1, second))?.send(`${from}:${content}`);
  });
});
