// A relay with socket.io and its defaults: a room for each user.
import { Server } from 'socket.io';
import { createServer } from 'node:http';

const http = createServer();
const io = new Server(http);

io.on('connection', socket => {
  socket.on('register', id => socket.join(id));
  socket.on('send', (to, content) => io.to(to).emit('message', content));
});

http.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(`Now listening on: http://127.0.0.1:${http.address().port}`));
