"""Define `jixiao release`, which lists a version as a release: its dumps stay, and the present rules with them."""

from typing import Annotated

import typer

from jixiao.shapes import bundles
from jixiao.shapes.catalogue import BUNDLES
from jixiao.store import Store
from jixiao.store_option import StoreOption
from jixiao.terminal import fail, progress, say


def release(
    store: StoreOption,
    version: Annotated[str, typer.Option(help="版本，如 3 · a version such as 3")] = "current",
    name: Annotated[str | None, typer.Option(help="名称，如 2024 年度 · a name for it", show_default=False)] = None,
    undo: Annotated[bool, typer.Option("--undo", help="取消发布 · take the version off the list of releases")] = False,
) -> None:
    """发布一个版本，长久保留其导出文件 · release a version, whose dumps then stay."""
    opened = Store.open(store)
    if undo:
        if name is not None:
            fail("--undo 不能与 --name 同时使用 · --undo goes without --name")
        say(f"已取消发布 no longer a release: 版本 version {opened.undo_release(version).version}")
        return
    if name is not None and (not name.strip() or not name.isprintable()):
        fail("名称要有可见的字，没有控制字符 · a name has visible characters and no control characters")
    with progress() as bar:
        bar.add_task("发布 releasing", total=None)
        rules = {f"shapes-{bundle}.ttl": bundles.text(bundle) for bundle in BUNDLES}
        record = opened.release(version, None if name is None else name.strip(), rules)
    kept = opened.releases()[record.version].files
    files = ", ".join([*(f"{dump.name} ({dump.size:,} B)" for dump in record.dumps), *kept])
    say(f"已发布 released: 版本 version {record.version}{f'，{name.strip()}' if name else ''}：{files}")
