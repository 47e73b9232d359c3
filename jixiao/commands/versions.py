"""Define the commands about versions of a store's dataset: list, compare, write and release them."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer
from pyoxigraph import RdfFormat, serialize

from jixiao.ontology.text.decimals import counted
from jixiao.progress_bar import progress
from jixiao.shapes import bundles, catalogue
from jixiao.store import Dump, Release, Store, VersionRecord
from jixiao.store.errors import damaged
from jixiao.store.export import ExportFormat, export as write_dataset
from jixiao.store.versions import differences, nquads, version_record
from jixiao.tables import table
from jixiao.terminal import StoreOption, fail, say, say_error, write, write_all, write_json


def versions(
    store: StoreOption,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="格式 · format")] = "table",
) -> None:
    """列出数据的版本 · list the versions of the dataset."""
    opened = Store.open(store)
    known, releases = opened.versions(), opened.releases()
    for record in known:
        # The writer of a later version removes all dumps of an old one, but none of a release.
        if record is known[0] or record.version in releases or record.dumps:
            _say_lost_dumps(record)
    if form == "json":
        write_json(
            [
                {
                    **asdict(each.manifest),
                    "release": (released := releases.get(each.version)) and asdict(released),
                    "dumps": [asdict(dump) for dump in each.dumps],
                }
                for each in known
            ]
        )
    else:
        table(
            [
                ("版本 version", False),
                ("时间 made", False),
                ("来源 sources", True),
                ("项目 projects", True),
                ("自评 self-evaluations", True),
                ("四元组 quads", True),
                ("软件 software", False),
                ("发布 release", False),
                ("文件 dumps", False),
                ("校验和 checksum", False),
            ],
            [_row(each, releases.get(each.version)) for each in known],
            sys.stdout,
        )


def _row(record: VersionRecord, release: Release | None) -> list[str]:
    manifest, counts = record.manifest, record.manifest.counts
    return [
        manifest.version,
        manifest.created,
        f"{counts.sources:,}",
        f"{counts.projects:,}",
        f"{counts.evaluations:,}",
        f"{counts.quads:,}",
        manifest.software,
        (release.name or release.released) if release else "",
        ", ".join(map(_sized, record.dumps)) or "—",
        manifest.checksum,
    ]


def _say_lost_dumps(record: VersionRecord) -> None:
    """Print an error for each dump of a version that was made and is gone."""
    for dump in record.dumped or ():
        if dump not in record.dumps:
            say_error(str(damaged(record.path / dump.name, *version_record.remedy(record.path / dump.name))))


def _sized(dump: Dump) -> str:
    return f"{dump.name} ({dump.size:,} B)"


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="版本（3、000003、current）或 .nq.gz 文件 · version or dump")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="版本或文件，写法同 A · version or dump, as A")],
    store: Annotated[Path | None, typer.Option(help="库的目录 · the store's directory", show_default=False)] = None,
) -> None:
    """比较两个版本，列出去掉的（-）和增加的（+）四元组 · list removed (-) and added (+) quads."""
    opened = None if store is None else Store.open(store)
    one, two = _named(before, opened), _named(after, opened)
    known = None if isinstance(one, Path) or isinstance(two, Path) else differences.kept(one, two)
    quads = differences.merged(_lines(one), _lines(two)) if known is None else known
    write_all((b"+ " if sign > 0 else b"- ") + line for sign, line in quads)


def _named(given: str, store: Store | None) -> Path | VersionRecord:
    """Return the path of a dump (a name in .gz) or the record of a version of the store; end the command otherwise."""
    if given.endswith(".gz"):
        if not Path(given).is_file():
            fail(f"没有这个文件 · no such file: {given}")
        return Path(given)
    if store is None:
        fail(f"要用 --store 指明 {given} 是哪个库的版本 · use --store to name the store of version {given}")
    return store.find(given)


def _lines(version: Path | VersionRecord) -> Iterator[bytes]:
    return nquads.lines(version) if isinstance(version, Path) else version.lines()


def export(
    store: StoreOption,
    form: Annotated[
        ExportFormat | None, typer.Option("--format", help="nq（排序 sorted）, trig, ttl（合并 merged） [nq]")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="版本，如 3；默认当前 · a version such as 3 [current]", show_default=False)
    ] = None,
    profile: Annotated[
        Literal["flat", "aligned", "cube"],
        typer.Option(
            help="flat；aligned：另用 ORG、PROV、DCTERMS 的词 in their terms, too；cube：资金的数据立方 of money（ttl）"
        ),
    ] = "flat",
    site: Annotated[
        Path | None,
        typer.Option(help="把整个网站写成静态文件的文件夹 · a folder for the whole site as files", metavar="DIR"),
    ] = None,
) -> None:
    """导出数据集 · write the dataset to stdout, or the whole site as files."""
    opened = Store.open(store)
    if site is not None:
        if form is not None or version is not None or profile != "flat":
            fail("--site 不能与 --format、--version、--profile 同时使用 · --site goes without the other options")
        _site(opened, site)
        return
    if profile != "flat" and form not in (None, "ttl"):
        fail("--profile 的格式只有 ttl · --profile writes ttl alone")
    if profile == "cube" and version is not None:
        fail("--profile cube 只有当前版本的 · --profile cube is of the current version alone")
    if profile == "cube":
        from jixiao import cube, viewing  # noqa: PLC0415 - only this profile needs the views

        money = cube.triples(viewing.Viewing.open(store))
        serialize(money, sys.stdout.buffer, RdfFormat.TURTLE, prefixes=cube.PREFIXES)
    else:
        named = form or ("ttl" if profile == "aligned" else "nq")
        write_dataset(opened, named, sys.stdout.buffer, version, aligned=profile == "aligned")
    sys.stdout.buffer.flush()


def _site(store: Store, folder: Path) -> None:
    from jixiao.static_site.site import write_site  # noqa: PLC0415 - only --site needs the web server

    generation = store.present()
    say(f"写网站，每个项目约一秒 · writing the site, about a second a project: {folder}")
    with progress("导出网站 site") as (bar, task):
        files = write_site(store, folder, lambda done, known: bar.update(task, completed=done, total=known))
    say(
        f"已写入 {folder}：版本 {generation.version}，{files:,} 个文件 · version {generation.version}, "
        f"{counted(files, 'file')}"
    )


def dumps(
    store: StoreOption,
    version: Annotated[str, typer.Option(help="版本，如 3 · a version such as 3")] = "current",
) -> None:
    """写出导出文件 · write the dumps of a version, by default the current one."""
    with progress("导出 dumping"):
        made = Store.open(store).make_dumps(version)
    table(
        [("文件 file", False), ("字节 bytes", True), ("解压后 unpacked", True), ("SHA-256", False)],
        [[dump.name, f"{dump.size:,}", f"{dump.content_size:,}", dump.sha256] for dump in made],
        sys.stdout,
    )


def checksum(
    file: Annotated[
        Path,
        typer.Argument(
            help="N-Quads 文件，.nq 或 .nq.gz，不必排序 · N-Quads, in any order", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """由导出文件重算校验和 · compute a version's checksum from a dump."""
    write(f"{nquads.hash_of_file(file).checksum}\n")


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
    with progress("发布 releasing"):
        rules = {f"shapes-{bundle}.ttl": bundles.text(bundle) for bundle in catalogue.BUNDLES}
        record = opened.release(version, None if name is None else name.strip(), rules)
    files = ", ".join([*map(_sized, record.dumps), *opened.releases()[record.version].files])
    say(f"已发布 released: 版本 version {record.version}{f'，{name.strip()}' if name else ''}：{files}")
