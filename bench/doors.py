"""List the doors for strangers' bytes, and the child processes, with their bounds: the tables of docs/operation.md.

The bounds are those of the modules that hold them; settings have their defaults. `python -m bench.doors` prints the
tables. A test meets each bound of a door, and fails for a folder of applications or a reader that no door names, and
for a module that starts processes and that no child names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
from jixiao.server.http import clients
from jixiao.server.query import guard, worker
from jixiao.server.runtime.rendering import LARGEST_PAGE
from jixiao.server.settings import Settings
from jixiao.server.sources import painting, pictures
from jixiao.server.views import view_files
from jixiao.store.index import building
from jixiao.store.versions import dumping

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
    with the words for what is counted; `each` is the number of requests that one client may have at a time.
    """

    name: Bilingual
    modules: tuple[str, ...]
    seconds: float | None = None
    memory: int | None = None
    sent: int | None = None
    unpacked: int | None = None
    members: tuple[int, Bilingual] | None = None
    each: int | None = None


_SET, _LINE, _FILE = Settings.model_construct(), Bounds(), Allowance()
_WORK: Mapping[str, Any] = {
    "seconds": _SET.view_timeout,
    "memory": _SET.query_memory,
    "sent": _LINE.head,
    "each": _SET.waiting_per_client,
}
_READ: Mapping[str, Any] = {"seconds": _FILE.seconds, "memory": _FILE.memory, "sent": archives.LARGEST_FILE}
_UNPACK: Mapping[str, Any] = {"seconds": UNPACKING.seconds, "memory": UNPACKING.memory}
_OF_FILES = Bilingual("份文件", "files")
_OF_CELLS = rendering.MOST_CELLS, Bilingual("格", "cells")

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
        members=(clients.MOST_PARAMETERS, Bilingual("个参数", "parameters")),
    ),
    "trailer": Door(
        Bilingual("尾部和分块的写法", "trailers and chunk sizes"), ("server.app.connections",), sent=_LINE.head
    ),
    "page": Door(
        Bilingual("网页", "page"),
        ("server.apps.charts", "server.apps.help", "server.apps.quality", "server.linked_data", "server.dataset"),
        seconds=_SET.view_timeout,
        memory=_SET.query_memory,
        sent=_LINE.head,
    ),
    "view": Door(
        Bilingual("视图", "view"),
        ("server.views",),
        seconds=_SET.view_timeout,
        memory=_SET.query_memory,
        unpacked=LARGEST_PAGE,
        members=(view_files.MAX_ROWS, Bilingual("行", "rows")),
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
    ),
    "ask": Door(
        Bilingual("提问", "ask"),
        ("server.apps.search", "server.box"),
        members=(MOST_CHARACTERS, Bilingual("字", "characters")),
        **_WORK,
    ),
    "search": Door(
        Bilingual("搜索", "search"),
        ("server.apps.search",),
        members=(answers.MOST, Bilingual("条，每种", "hits of a kind")),
        **_WORK,
    ),
    "compare": Door(
        Bilingual("比较", "compare"),
        ("server.apps.compare",),
        members=(2, Bilingual("方", "sides")),
        **_WORK,
    ),
    "reconcile": Door(
        Bilingual("对照", "reconcile"),
        ("server.apps.reconcile",),
        members=(reconcile.BATCH, Bilingual("个名称", "names")),
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
        ("store.index.building", "store.tables.filling", "server.editions.tables"),
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


if __name__ == "__main__":
    print(table(), table_of_children(), sep="\n")
