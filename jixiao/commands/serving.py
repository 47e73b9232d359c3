"""Define the commands that serve a store until they are interrupted: to readers or an assistant."""

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from jixiao.commands.notices import say_if_outdated, say_what_is_not_set
from jixiao.ontology.errors import ReportedError
from jixiao.store import Store, StoreUnusableError
from jixiao.terminal import fail, say

if TYPE_CHECKING:
    from jixiao.server.settings import Settings


def serve(  # noqa: PLR0913, PLR0917 - the options of a command
    store: Annotated[Path | None, typer.Option(help="库的目录 · the store's directory", show_default=False)] = None,
    host: Annotated[str | None, typer.Option(help="监听的地址 · address to listen on [127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="端口（0：任选） · port (0: any free one) [8000]")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="服务器进程数 · server processes [1]")] = None,
    config: Annotated[Path | None, typer.Option(help="TOML 配置文件 · a TOML file of settings")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="不缓存结果 · do not cache results")] = False,
    access_log: Annotated[
        str | None, typer.Option(help="访问日志：- 为标准错误，空为不记 · - for stderr, a path, empty for none [-]")
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="查询的时限（秒） · a query's time limit, seconds [60]")] = None,
    endpoint: Annotated[str | None, typer.Option(help="代替库的 SPARQL 端点 · SPARQL endpoint, not a store")] = None,
    base_iri: Annotated[str | None, typer.Option(help="端点中数据的 IRI 前缀 · base IRI of its data")] = None,
    views: Annotated[Path | None, typer.Option(help="另加视图的文件夹 · a folder of further views")] = None,
    root_path: Annotated[str | None, typer.Option(help="站点所在的路径前缀 · path prefix, as /data")] = None,
    check: Annotated[
        bool | None, typer.Option("--check/--no-check", help="网页能否检查文件 · check files at /check")
    ] = None,
) -> None:
    """提供网页、视图与 SPARQL · serve pages, views and SPARQL."""
    given: dict[str, Any] = {
        "store": store,
        "host": host,
        "port": port,
        "processes": workers,
        "cache_bytes": 0 if no_cache else None,
        "access_log": access_log,
        "query_timeout": timeout,
        "endpoint": endpoint,
        "base_iri": base_iri,
        "views": views,
        "root_path": root_path,
        "check": check,
    }
    run({name: value for name, value in given.items() if value is not None}, config)


def run(given: Mapping[str, Any], config: Path | None = None, *, reminds: bool = True) -> NoReturn:
    """Serve a store by the settings `given` (by name) and those of a file, until a signal to stop; then exit.

    If `reminds`, the command also prints what is not set in the store, or outdated.
    """
    _on_stopping(lambda *_: sys.exit(0))
    from jixiao.server.app import connections, supervisor  # noqa: PLC0415 - `jixiao serve --help` needs no web server
    from jixiao.server.settings import read  # noqa: PLC0415

    settings = read(config, given)
    supervisor.check(settings)
    try:
        listening = connections.listen(settings.host, settings.port)
    except OSError as error:
        _fail_to_listen(settings.host, settings.port, error)
    # These handlers raise no exception: Python drops one that is raised in `__del__`, and the process would go on.
    stopped: list[int] = []
    _on_stopping(lambda number, _: stopped.append(number))
    announce = partial(_announce, settings, listening.getsockname()[1], reminds)
    raise typer.Exit(supervisor.run(settings, listening, stopped, announce))


def _on_stopping(handler: Callable[[int, Any], object]) -> None:
    """Let a handler be called at SIGINT and SIGTERM, until the server takes these signals over."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _announce(settings: "Settings", port: int, reminds: bool) -> None:
    """Print the server's address; if it `reminds`, also what is not set in the store, or outdated."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    name = "localhost" if host == "127.0.0.1" else host
    say(f"服务已启动 serving: http://{name}:{port}{settings.root_path}/  （Ctrl+C 停止 stops it）")
    if reminds and settings.store is not None:
        with suppress(StoreUnusableError):  # the server itself reports a generation that cannot be read
            opened = Store.open(settings.store)
            say_what_is_not_set(opened)
            say_if_outdated(opened)


def _fail_to_listen(host: str, port: int, error: OSError) -> NoReturn:
    if error.errno == errno.EADDRINUSE:
        fail(f"{host}:{port} 已被占用，用 --port 换一个 · is in use: choose another one by --port")
    known = error.errno != socket.EAI_NONAME
    reason = str(error.strerror).partition(" (")[0] if known else "没有这个主机名 no such host"
    fail(f"{host}:{port} 不能监听 cannot be listened on: {reason}")


def mcp(
    store: Annotated[Path | None, typer.Option("--store", help="库的目录 · the store's directory")] = None,
    url: Annotated[str | None, typer.Option("--url", help="代替库的站点地址 · address of a site, not a store")] = None,
) -> None:
    """供智能助手调用（模型上下文协议） · serve an assistant by the Model Context Protocol."""
    target = url if store is None else store
    if target is None or None not in (store, url):
        fail("--store 和 --url 要给一个 · give either --store or --url")
    if find_spec("mcp") is None:
        fail("没有安装 MCP，请运行 · MCP is not installed; run: pip install 'jixiao[mcp]'")
    from jixiao.assistant import run  # noqa: PLC0415 - an optional library

    if url is not None and not url.startswith(("http://", "https://")):
        fail(f"不是 http(s) 地址 · not an address of http(s): {url}")
    try:
        asyncio.run(run(target))
    except BaseExceptionGroup as errors:
        known = errors.subgroup(ReportedError)
        if known is None:
            raise
        fail("; ".join(str(error) for error in known.exceptions))
