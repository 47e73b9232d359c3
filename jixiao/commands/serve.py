"""`jixiao serve`: the web server over a store, until interrupted."""

import errno
import socket
from typing import Annotated

import typer

from jixiao.commands import StoreOption
from jixiao.store import Store
from jixiao.terminal import fail, say

_PATIENCE = 5  # seconds that requests in flight get when the server stops


def serve(
    store: StoreOption,
    host: Annotated[str, typer.Option(help="监听的地址 · address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口（0：任选） · port (0: any free one)")] = 8000,
) -> None:
    """提供网页、视图与 SPARQL · serve pages, views and SPARQL."""
    import uvicorn  # noqa: PLC0415 - the other commands need no web server

    from jixiao.server.app import create_app  # noqa: PLC0415
    from jixiao.server.settings import Settings  # noqa: PLC0415

    Store.open(store)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        busy = error.errno == errno.EADDRINUSE
        fail(
            f"{host}:{port} " + ("已被占用 is in use" if busy else f"不能监听 cannot be listened on: {error.strerror}")
        )
    name = "localhost" if host == "127.0.0.1" else f"[{host}]" if ":" in host else host
    say(f"服务已启动 serving: http://{name}:{listening.getsockname()[1]}/  （Ctrl+C 停止 stops it）")
    app = create_app(Settings(store=store))
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=_PATIENCE)
    uvicorn.Server(config).run(sockets=[listening])
