"""Define `jixiao review`, which serves pages for a steward on this machine until it is interrupted."""

import signal
import socket
from typing import Annotated

import typer

from jixiao.store import Store
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import fail, say


def review(
    store: StoreOption,
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口（0：任选） · port (0: any free one)")] = 0,
    by: Annotated[str | None, typer.Option(help="岗位或部门 · the post or office that decides")] = None,
) -> None:
    """对照图像核对存疑的事实 · confirm or correct doubtful facts beside their pictures."""
    import uvicorn  # noqa: PLC0415 - `jixiao review --help` needs no web server

    from jixiao.review.app import Review  # noqa: PLC0415
    from jixiao.review.guard import Guard  # noqa: PLC0415

    opened = Store.open(store)
    generation_of(opened)
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        fail(f"127.0.0.1:{port} 不能监听 cannot be listened on: {error.strerror}")
    with listening:
        guard = Guard(Review(opened, by.strip() if by else None).application(), listening.getsockname()[1])
        config = uvicorn.Config(
            guard, log_level="warning", access_log=False, ws="none", lifespan="off", server_header=False
        )
        running = uvicorn.Server(config)
        # uvicorn raises the signal that stopped it again when it is done; stopping is no failure.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, running.handle_exit)
        say(f"核对页面 review page: {guard.address}")
        say("只在本机，这个地址只能打开一次；Ctrl+C 停止。 This machine only; the address opens once. Ctrl+C stops.")
        running.run(sockets=[listening])
