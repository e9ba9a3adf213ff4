#!/usr/bin/env python3
"""chat.py USER TO [ADDRESS] prints every received frame, and sends every line of its input to TO, a user or a #room.

It reconnects by itself, and ends with its input. The exit code is 0 if the server stored all lines, else 1, also if that is unknown."""
import asyncio
import contextlib
import os
import random
import re
import sys
import threading

import websockets

STAY_AWAY = {1002, 1003, 1007, 1009, 4400, 4401, 4403}  # a retry would fail for the same reason
MOVES_A_TERMINAL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Chat:
    def __init__(self, user, to, address="ws://localhost:5000/api/home/connect"):
        self.prefix, self.address = f"{user}:{to}:", address
        self.lines, self.unsent = asyncio.Queue(100), []  # unsent: at most one line, which waits for a connection; None is the end of input
        self.sent, self.stored = False, True

    def read(self, loop):
        for line in sys.stdin:
            asyncio.run_coroutine_threadsafe(self.lines.put(line.rstrip("\n")), loop).result()
        asyncio.run_coroutine_threadsafe(self.lines.put(None), loop)

    async def send(self, socket):
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                self.unsent = self.unsent or [await self.lines.get()]
                if self.unsent == [None]:
                    return await socket.close()  # the server answers when everything before is stored
                self.sent = True
                await socket.send(self.prefix + self.unsent[0])
                self.unsent = []
                await asyncio.sleep(0.01)  # the server refuses more than 100 a second

    async def connect(self):
        async with websockets.connect(self.address, close_timeout=60) as socket:
            await socket.send(self.prefix)  # registers, and joins the room
            print("connected", file=sys.stderr)
            sending = asyncio.create_task(self.send(socket))
            with contextlib.suppress(websockets.ConnectionClosed):
                async for frame in socket:
                    self.stored &= not frame.startswith("system:error ")
                    print(MOVES_A_TERMINAL.sub(" ", frame), flush=True)
            sending.cancel()
        return socket.close_code, socket.close_reason

    async def run(self):
        threading.Thread(target=self.read, args=[asyncio.get_running_loop()], daemon=True).start()
        while True:
            try:
                code, why = await self.connect()
            except BrokenPipeError:
                os._exit(1)  # the output is closed; the server keeps the messages for the next run
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
                code, why = None, error
            print("closed", code or "", why, file=sys.stderr)
            self.stored, self.sent = self.stored and (code == 1000 or not self.sent), False
            if code and (self.unsent == [None] or code in STAY_AWAY):
                return self.stored and self.unsent == [None]
            await asyncio.sleep(random.uniform(1, 3))


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # a frame is UTF-8, even if the input is not
    sys.exit(not asyncio.run(Chat(*sys.argv[1:]).run()) if 3 <= len(sys.argv) <= 4 else __doc__)
