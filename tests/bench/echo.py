"""The floor of the web chat: a bare WebSocket echo under uvicorn, with the same protocol class as our pages."""

import asyncio
import socket
from typing import Any

import uvicorn


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Every text frame goes back as it came."""
    if scope["type"] != "websocket":
        return
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "websocket.send", "text": message["text"]})


async def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f"recourse: HTTP on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    print("recourse: ready", flush=True)
    config = uvicorn.Config(
        echo, log_config=None, access_log=False, lifespan="off", http="h11", ws="websockets-sansio",
        ws_per_message_deflate=False,
    )  # fmt: skip
    await uvicorn.Server(config).serve([listener])


if __name__ == "__main__":
    asyncio.run(main())
