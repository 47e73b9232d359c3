"""Define `jixiao mcp`, which offers a store or a site to an assistant over stdin and stdout."""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from jixiao.terminal import fail


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
    from jixiao.server.settings import SettingsError  # noqa: PLC0415
    from jixiao.store import StoreError  # noqa: PLC0415

    if url is not None and not url.startswith(("http://", "https://")):
        fail(f"不是 http(s) 地址 · not an address of http(s): {url}")
    try:
        asyncio.run(run(target))
    except (StoreError, SettingsError) as error:
        fail(str(error))
    except BaseExceptionGroup as errors:
        known = errors.subgroup((StoreError, SettingsError))
        if known is None:
            raise
        fail("; ".join(str(error) for error in known.exceptions))
