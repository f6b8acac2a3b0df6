# SPDX-License-Identifier: Apache-2.0
"""Asks a site in all ways that keep a connection open, until a file appears, and prints results.

usage: clients.py HOST STOP-FILE [KIND ...]

A line for each request: KIND SECONDS EXIT STATUS; for each websocket: websocket SECONDS CODE FIRST.
"""

import asyncio
import os
import ssl
import subprocess
import sys
import threading
import time

HOST, STOP = sys.argv[1:3]
PATHS = {"page": "/", "poll": "/poll", "download": "/download"}
KINDS = sys.argv[3:] or ["websocket", *(f"{kind}{v}" for kind in PATHS for v in ("1.1", "2"))]
LINES = []


def ended():
    return os.path.exists(STOP)


def curl(kind):
    name, version = kind.rstrip(".12"), "--http2" if kind.endswith("2") else "--http1.1"
    slowly = ["--limit-rate", "1M"] if name == "download" else []
    argv = ["curl", "-sk", version, "--max-time", "60", "--resolve", f"{HOST}:443:127.0.0.1",
            "-o", "/dev/null", "-w", "%{time_total} %{exitcode} %{http_code}", *slowly,
            f"https://{HOST}{PATHS[name]}"]
    while not ended():
        said = subprocess.run(argv, stdout=subprocess.PIPE, text=True).stdout
        LINES.append(f"{kind} {said}")
        time.sleep(0.02)


async def websocket():
    import websockets

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    while not ended():
        began = time.time()
        connection = await websockets.connect(
            f"wss://{HOST}/", host="127.0.0.1", port=443, ssl=context, ping_interval=None)
        first = await connection.recv()
        code = "open"
        while not ended():
            try:
                await connection.send("again")
                if await asyncio.wait_for(connection.recv(), 20) != "again":
                    raise ValueError("another answer")
                await asyncio.sleep(0.1)
            except websockets.ConnectionClosed:
                code = str(connection.close_code)
                break
        LINES.append(f"websocket {time.time() - began:.3f} {code} {first}")
        await connection.close()


threads = [threading.Thread(target=curl, args=[kind]) for kind in KINDS if kind != "websocket"]
for thread in threads:
    thread.start()
if "websocket" in KINDS:
    asyncio.run(websocket())
for thread in threads:
    thread.join()
print("\n".join(LINES))
