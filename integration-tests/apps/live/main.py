"""An ASGI app with all that keeps connections open: websockets, long polls, downloads, events."""

import asyncio
import os
import time

VERSION = "one"
PIECE = b"x" * 65536


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return await lifespan(receive, send)
    if scope["type"] == "websocket":
        return await websocket(receive, send)
    if scope["path"] == "/poll":
        await asyncio.sleep(2)
    headers = [(b"content-type", b"text/plain")]
    if scope["path"] == "/events":
        headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["path"] == "/download":
        for _ in range(32):
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
    if scope["path"] == "/events":
        for _ in range(4):
            event = f"data: {time.time()}\n\n".encode()
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await asyncio.sleep(0.7)
    await send({"type": "http.response.body", "body": f"{VERSION} {os.getpid()}\n".encode()})


async def lifespan(receive, send):
    while True:
        event = await receive()
        await send({"type": event["type"] + ".complete"})
        if event["type"] == "lifespan.shutdown":
            return


async def websocket(receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": f"{VERSION} {os.getpid()}"})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        await send({"type": "websocket.send", "text": event.get("text", "")})
