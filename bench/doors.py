"""List the doors for strangers' bytes, and the child processes, with their bounds: the tables of docs/operation.md.

The bounds are those of the modules that hold them; settings have their defaults. `python -m bench.doors` prints the
tables, and `python -m bench.doors STORE` what the dearest addresses of each door take on a server over that store. A
test meets each bound of a door, and fails for a route, a folder of applications or a reader that no door names, and
for a module that starts processes and that no child names.
"""

import json
import math
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlencode

import typer

from bench.measuring import print_table
from jixiao import interface, rdf_files
from jixiao.ingest.crawls import looking, records
from jixiao.ingest.formats import archives, rendering
from jixiao.ingest.readers import html, office
from jixiao.ingest.readers.pdf import pages
from jixiao.ingest.recognition import bounds
from jixiao.ingest.scan import recognising
from jixiao.ingest.workers import UNPACKING, Allowance
from jixiao.ontology.processes.limits import Limits
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.app.connections import Bounds
from jixiao.server.apps import reconcile
from jixiao.server.apps.check import desk
from jixiao.server.apps.search import answers
from jixiao.server.box.answering import MOST_CHARACTERS
from jixiao.server.http import requests
from jixiao.server.http.requests import MOST_VALUES
from jixiao.server.query import guard, worker
from jixiao.server.runtime.rendering import LARGEST_PAGE
from jixiao.server.settings import Settings
from jixiao.server.sources import painting, pictures
from jixiao.server.views import table_address, view_files
from jixiao.store import Store
from jixiao.store.index import building
from jixiao.store.tables.table import tables
from jixiao.store.versions import dumping
from tests.support.blackbox import process
from tests.support.blackbox.wire import Server

BOUNDS: Mapping[str, Bilingual] = {
    "seconds": Bilingual("秒", "Seconds"),
    "memory": Bilingual("内存", "Memory"),
    "sent": Bilingual("收下", "Bytes in"),
    "unpacked": Bilingual("解开或给出", "Unpacked, or given out"),
    "members": Bilingual("件数", "Members"),
    "each": Bilingual("每个来访地址", "Each client"),
}
"""Names of the bounds, by the attribute of a door."""


@dataclass(frozen=True)
class Door:
    """A way by which bytes of strangers come in: its name, the modules behind it (prefixes of names), and its bounds.

    A bound is None where the door has none of its own. `seconds` limits the time, `memory` the bytes of the process,
    `sent` the bytes received, and `unpacked` the bytes after unpacking. `members` is the greatest number of members
    with the words for what is counted; `each` is the number of requests that one client may have at a time. `routes`
    are the beginnings of the addresses that lead to the door, and `dearest` those that take most.
    """

    name: Bilingual
    modules: tuple[str, ...]
    seconds: float | None = None
    memory: int | None = None
    sent: int | None = None
    unpacked: int | None = None
    members: tuple[int, Bilingual] | None = None
    each: int | None = None
    routes: tuple[str, ...] = ()
    dearest: tuple[str, ...] = ()


_SET, _LINE, _FILE = Settings.model_construct(), Bounds(), Allowance()
_WORK: Mapping[str, Any] = {
    "seconds": _SET.view_timeout,
    "memory": _SET.query_memory,
    "sent": _LINE.head,
    "each": _SET.waiting_per_client,
}
_PAGE: Mapping[str, Any] = {"seconds": _SET.view_timeout, "memory": _SET.query_memory, "sent": _LINE.head}
_READ: Mapping[str, Any] = {"seconds": _FILE.seconds, "memory": _FILE.memory, "sent": archives.LARGEST_FILE}
_UNPACK: Mapping[str, Any] = {"seconds": UNPACKING.seconds, "memory": UNPACKING.memory}
_OF_FILES = Bilingual("份文件", "files")
_OF_CELLS = rendering.MOST_CELLS, Bilingual("格", "cells")


def _repeated(name: str, times: int) -> str:
    """Return a query string in which a parameter stands several times, with other values."""
    return urlencode([(name, f"{number + 1}") for number in range(times)])


DOORS: Mapping[str, Door] = {
    "head": Door(
        Bilingual("请求头", "head of a request"),
        ("server.app.connections",),
        seconds=_LINE.head_seconds,
        sent=_LINE.head,
        members=(_LINE.headers, Bilingual("项", "fields")),
        each=_LINE.per_client,
    ),
    "body": Door(
        Bilingual("请求体", "body of a request"),
        ("server.http",),
        seconds=_SET.body_timeout,
        members=(requests.MOST_PARAMETERS, Bilingual("个参数", "parameters")),
    ),
    "trailer": Door(
        Bilingual("尾部和分块的写法", "trailers and chunk sizes"), ("server.app.connections",), sent=_LINE.head
    ),
    "page": Door(
        Bilingual("网页", "page"),
        ("server.apps.help", "server.dataset"),
        routes=(
            *("/favicon.ico", "/index.html", "/health", "/metrics", "/robots.txt", "/sitemap", "/static", "/help"),
            *("/docs", "/openapi.json", "/indicators", "/dataset", "/.well-known", "/ontology", "/shapes", "/vocab"),
        ),
        dearest=("/", "/docs", "/ontology", "/shapes", "/dataset", "/dataset/changes"),
        **_PAGE,
    ),
    "view": Door(
        Bilingual("视图", "view"),
        ("server.views",),
        seconds=_SET.view_timeout,
        memory=_SET.query_memory,
        unpacked=LARGEST_PAGE,
        members=(view_files.MAX_ROWS, Bilingual("行", "rows")),
        routes=("/views",),
        dearest=(
            *(f"/views/projects?{_repeated('text', MOST_VALUES)}", f"/views/projects?{_repeated('year', 800)}"),
            *(
                "/views/indicators?format=xlsx&limit=10000",
                "/views/money",
                "/views/findings?format=csv&fault=CellBlank",
            ),
        ),
    ),
    "own-view": Door(
        Bilingual("自己的视图", "own view"),
        ("server.views",),
        seconds=_SET.query_timeout,
        memory=_SET.query_memory,
        routes=("/views",),
        dearest=("/views/own-statements?format=csv&limit=10000", "/tables/own-statements?group=property"),
    ),
    "table": Door(
        Bilingual("表", "table"),
        ("server.views",),
        members=(MOST_VALUES, Bilingual("个值", "values")),
        routes=("/tables",),
        dearest=tuple(
            f"/tables/projects?group=body,year&measure={measures}&figure={figure}"
            for figure in table_address.figured({})
            for measures in [
                ",".join(islice(table_address.measures(tables()["projects"]), table_address.MOST["measure"]))
            ]
        ),
        **_PAGE,
    ),
    "embedding": Door(
        Bilingual("嵌入", "embedding"),
        ("server.views",),
        routes=("/embed/",),
        dearest=("/embed/projects", "/embed/tables/indicators?group=project"),
        **_PAGE,
    ),
    "thing": Door(
        Bilingual("事物", "thing"),
        ("server.linked_data",),
        routes=("/id/", "/doc/", "/graph/", "/lookup/"),
        dearest=("/doc/org", f"/doc/project?{_repeated('offset', 800)}"),
        **_PAGE,
    ),
    "chart": Door(
        Bilingual("图表", "chart"),
        ("server.apps.charts",),
        routes=("/charts",),
        dearest=("/charts", "/charts/spending-by-source", f"/charts/targets?{_repeated('of', 800)}"),
        **_PAGE,
    ),
    "findings": Door(
        Bilingual("发现", "findings"),
        ("server.apps.quality",),
        routes=("/quality",),
        dearest=("/quality", f"/quality/findings?{_repeated('department', MOST_VALUES)}", "/quality/log"),
        **_PAGE,
    ),
    "sparql": Door(
        Bilingual("SPARQL", "SPARQL"),
        ("server.apps.sparql",),
        seconds=_SET.query_timeout,
        memory=_SET.query_memory,
        sent=_SET.max_query_bytes,
        unpacked=_SET.max_result_bytes,
        members=(guard.MAX_CHAIN, Bilingual("个运算符和子句", "operators and clauses")),
        each=_SET.waiting_per_client,
        routes=("/sparql",),
    ),
    "ask": Door(
        Bilingual("提问", "ask"),
        ("server.apps.search", "server.box"),
        members=(MOST_CHARACTERS, Bilingual("字", "characters")),
        routes=("/ask",),
        dearest=tuple(
            f"/ask?q={quote(word * (MOST_CHARACTERS // len(word)))}" for word in ("金额", "上海", "单位", "区")
        ),
        **_WORK,
    ),
    "search": Door(
        Bilingual("搜索", "search"),
        ("server.apps.search",),
        members=(answers.MOST, Bilingual("条，每种", "hits of a kind")),
        routes=("/search",),
        dearest=(f"/search?q={quote('培训 ' * 90)}", "/search/suggest?q=%E7%9A%84"),
        **_WORK,
    ),
    "compare": Door(
        Bilingual("比较", "compare"),
        ("server.apps.compare",),
        members=(2, Bilingual("方", "sides")),
        routes=("/compare",),
        dearest=(f"/compare?a={quote('上海市松江区人民政府办公室')}&b={quote('上海市闵行区人民政府办公室')}",),
        **_WORK,
    ),
    "reconcile": Door(
        Bilingual("对照", "reconcile"),
        ("server.apps.reconcile",),
        members=(reconcile.BATCH, Bilingual("个名称", "names")),
        routes=("/reconcile",),
        dearest=(
            f"/reconcile?queries={quote(json.dumps({str(n): {'query': '教育局'} for n in range(reconcile.BATCH)}))}",
        ),
        **{**_WORK, "sent": reconcile.MOST_BYTES},
    ),
    "check": Door(
        Bilingual("检查文件", "check"),
        ("server.apps.check",),
        seconds=_SET.check_timeout,
        memory=_SET.check_memory,
        sent=_SET.check_max_bytes,
        unpacked=archives.LARGEST_BATCH,
        members=(archives.MOST_MEMBERS, _OF_FILES),
        each=desk.EACH,
        routes=("/check",),
        dearest=("/check",),
    ),
    "file": Door(
        Bilingual("入库的文件（txt、csv）", "ingested file (txt, csv)"),
        ("ingest.readers.text", "ingest.readers.csv"),
        members=_OF_CELLS,
        **_READ,
    ),
    "html": Door(
        Bilingual("网页文件（html、mht）", "file of a page (html, mht)"),
        ("ingest.readers.html", "ingest.readers.mhtml"),
        unpacked=html.MOST_BYTES,
        members=_OF_CELLS,
        **_READ,
    ),
    "zip": Door(
        Bilingual("压缩包", "zip"),
        ("ingest.formats.archives",),
        sent=archives.LARGEST_FILE,
        unpacked=archives.LARGEST_BATCH,
        members=(archives.MOST_MEMBERS, _OF_FILES),
        **_UNPACK,
    ),
    "warc": Door(
        Bilingual("WARC 的一条记录", "record of a WARC"),
        ("ingest.crawls",),
        unpacked=records.LARGEST,
        members=(looking.MOST_LINKS, Bilingual("个链接，每页", "links of a page")),
        **_UNPACK,
    ),
    "wacz": Door(
        Bilingual("WACZ 的一份文件", "member of a WACZ"),
        ("ingest.formats.archives",),
        unpacked=archives.LARGEST_FILE,
        members=(archives.MOST_MEMBERS, _OF_FILES),
        **_UNPACK,
    ),
    "rdf": Door(
        Bilingual("RDF", "RDF"),
        ("rdf_files",),
        seconds=rdf_files.GRAPH.seconds,
        memory=rdf_files.GRAPH.memory,
        sent=archives.LARGEST_FILE,
    ),
    "office": Door(
        Bilingual("docx、xlsx", "docx, xlsx"),
        ("ingest.readers.docx", "ingest.readers.xlsx"),
        unpacked=archives.LARGEST_UNPACKED,
        members=_OF_CELLS,
        **_READ,
    ),
    "older": Door(
        Bilingual("用 LibreOffice 转换的文件", "file that LibreOffice converts"),
        ("ingest.readers.office",),
        unpacked=archives.LARGEST_UNPACKED,
        members=_OF_CELLS,
        **{**_READ, "seconds": office.SECONDS},
    ),
    "pdf": Door(
        Bilingual("PDF", "PDF"),
        ("ingest.readers.pdf",),
        unpacked=archives.LARGEST_UNPACKED,
        members=(pages.LARGEST_PAGES, Bilingual("页", "pages")),
        **_READ,
    ),
    "picture": Door(
        Bilingual("一页的图像", "picture of a page"),
        ("server.sources", "ingest.readers.picture"),
        seconds=pictures.PAINTING,
        memory=pictures.LIMITS.memory,
        unpacked=pictures.LARGEST,
        members=(painting.TOO_MANY_PIXELS, Bilingual("像素", "pixels")),
        routes=("/source/",),
        dearest=("/source/{sha16}", "/source/{sha16}?format=json"),
    ),
    "mcp": Door(
        Bilingual("智能助手（MCP）的一问", "call of an assistant (MCP)"),
        ("assistant",),
        seconds=interface.SECONDS,
        unpacked=interface.LARGEST,
    ),
}


@dataclass(frozen=True)
class Child:
    """A kind of child processes: its name, the modules that start one, how long one lives, and its limits.

    `seconds` is the time for one answer, `output` the bytes of its longest answer.
    """

    name: Bilingual
    modules: tuple[str, ...]
    lives: Bilingual
    limits: Limits
    seconds: float | None = None
    output: int | None = None


_ONCE = Bilingual("一件事", "one piece of work")
_FILES = Bilingual("许多份；每份超时、出错即换", "many files; replaced after time-out or failure")

CHILDREN = (
    Child(
        Bilingual("查询", "query"),
        ("server.query.worker",),
        Bilingual("许多查询；停下的、长的、多占内存的即换", "many queries; replaced once stopped, slow or large"),
        worker.LIMITS._replace(memory=_SET.query_memory),
        _SET.query_timeout,
        _SET.max_result_bytes,
    ),
    Child(
        Bilingual("画一页", "picture of a page"),
        ("server.sources.pictures",),
        _ONCE,
        pictures.LIMITS,
        pictures.WAITED * pictures.PAINTING,
        pictures.LARGEST,
    ),
    Child(
        Bilingual("检查文件", "check of a file"),
        ("server.apps.check.desk",),
        _ONCE,
        desk.LIMITS._replace(memory=_SET.check_memory),
        _SET.check_timeout,
        desk.LARGEST_ANSWER,
    ),
    Child(Bilingual("读文件", "reading of files"), ("ingest.workers",), _FILES, Limits(_FILE.memory), _FILE.seconds),
    Child(
        Bilingual("解开压缩包、网页存档", "unpacking of zips and web archives"),
        ("ingest.workers",),
        _FILES,
        Limits(UNPACKING.memory),
        UNPACKING.seconds,
    ),
    Child(
        Bilingual("识别扫描的页", "recognition of scanned pages"),
        ("ingest.scan.recognising",),
        Bilingual("许多页；出错即换", "many pages; replaced after failure"),
        recognising.LIMITS._replace(processor=bounds.PAGE_SECONDS),
        bounds.LONGEST,
    ),
    Child(Bilingual("LibreOffice", "LibreOffice"), ("ingest.readers.office",), _ONCE, office.LIMITS, office.SECONDS),
    Child(
        Bilingual("写索引和表", "writing of index and tables"),
        ("store.index.building", "server.editions.tables"),
        _ONCE,
        building.LIMITS,
    ),
    Child(Bilingual("写导出文件", "writing of dumps"), ("store.versions.dumping",), _ONCE, dumping.LIMITS),
)
"""All kinds of child processes, but the server processes of `jixiao serve --workers`."""


def table() -> str:
    """Return the table of the doors in Markdown, in both languages."""
    rows = [(str(door.name), *(_said(getattr(door, bound), bound) for bound in BOUNDS)) for door in DOORS.values()]
    return _markdown("门 · Door", *map(str, BOUNDS.values()), rows=rows)


def table_of_children() -> str:
    """Return the table of the child processes in Markdown, in both languages."""
    return _markdown(
        *("子进程 · Child", "秒 · Seconds", "CPU 秒 · CPU seconds", "内存 · Memory", "给出 · Output"),
        *("网络 · Network", "一个文件；全部 · One file; all", "寿命 · Lives for"),
        rows=map(_of_child, CHILDREN),
    )


def _of_child(child: Child) -> tuple[str, ...]:
    limits = child.limits
    return (
        str(child.name),
        _said(child.seconds, "seconds"),
        _said(limits.processor, "seconds"),
        _said(limits.memory),
        _said(child.output),
        "有 · yes" if limits.network else "没有 · none",
        f"{_said(limits.file)}; {_said(limits.disk)}" if limits.disk else "不写 · none" if limits.file == 0 else "—",
        str(child.lives),
    )


def _markdown(*names: str, rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (names, ["---"] * len(names), *rows))


def _said(value: object, bound: str = "") -> str:
    if value is None:
        return "—"
    if isinstance(value, tuple):
        number, unit = value
        return f"{number:,} {unit}"
    if bound in ("seconds", "each"):
        return f"{value:g}"
    size = int(str(value))
    for unit, step in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("MB", 10**6), ("KB", 10**3)):
        if size >= step and size % step == 0:
            return f"{size // step} {unit}"
    return f"{size:,}"


@dataclass(frozen=True)
class Measured:
    """The cost of one address on a server: the status, seconds, bytes sent, and bytes of memory above idle."""

    door: Door
    address: str
    status: int
    seconds: float
    sent: int
    memory: int

    @property
    def is_within(self) -> bool:
        """True unless the answer is a fault, came too late, or took too much memory."""
        late = self.seconds > (self.door.seconds or math.inf) + _LATE
        return not late and self.memory <= _ABOVE and self.status not in (0, 500)


_LATE, _ABOVE = 2.0, 1 << 30
"""Seconds beyond its limit, and bytes of memory of all processes above idle, that a door may take."""
_SERVED = {"JIXIAO_CACHE_BYTES": "0", "JIXIAO_EMBED_FROM": "*", "JIXIAO_VIEWS": str(Path(__file__).parent / "views")}
"""Settings of the measured server: nothing is cached, all pages may be embedded, and there is an own view."""


def measured(store: Path) -> Iterator[Measured]:
    """Ask a server over a store for the dearest addresses of all doors, one after the other."""
    source = next(iter(Store.open(store).present().sources))
    with process.serve(store, "--check", environment=_SERVED) as served:
        server = Server(served.url, timeout=120)
        for door in DOORS.values():
            for dear in door.dearest:
                address = f"{dear}{'&' if '?' in dear else '?'}lang=zh".replace("{sha16}", source)
                idle, began = process.memory(served.pid), time.monotonic()
                with process.Watch(served.pid) as watch:
                    answer = server.get(address, "text/html")
                seconds = time.monotonic() - began
                above = max(0, watch.peak - idle)
                yield Measured(door, address, answer.status, seconds, len(answer.body), above)


def main(store: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Print the tables of bounds, or what a server over a store takes; exit with 1 if that is beyond a bound."""
    if store is None:
        print(table(), table_of_children(), sep="\n")
        return
    figures = [*measured(store)]
    head = ("门 door", "状态 status", "时限 bound, s", "秒 seconds", "字节 bytes", "内存 memory, MB", "地址 address")
    rows = [
        (
            figure.door.name,
            figure.status,
            figure.door.seconds or "—",
            figure.seconds,
            figure.sent,
            figure.memory // 10**6,
            unquote(figure.address)[:60],
        )
        for figure in figures
    ]
    print_table(head, rows)
    sys.exit(not all(figure.is_within for figure in figures))


if __name__ == "__main__":
    typer.run(main)
