"""Define the command that collects pages and attachments from the web into a web archive."""

import tempfile
from pathlib import Path
from typing import Annotated

import httpx
import typer

from jixiao.collecting.archive import opened
from jixiao.collecting.collection import Collection
from jixiao.collecting.web import NotCollectedError, Web
from jixiao.ontology.text.spreadsheets import read_text
from jixiao.progress_bar import progress
from jixiao.terminal import fail, say, write

AddressesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[URL]…", help="网址 · addresses", show_default=False)
]
IntoOption = Annotated[
    Path,
    typer.Option(metavar="FILE.warc.gz", help="网页存档，有了就接着写 · the web archive, continued if it is there"),
]
ListOption = Annotated[
    Path | None,
    typer.Option("--list", help="写着网址的文件，一行一个 · a file of addresses, one a line", show_default=False),
]


def collect(  # noqa: PLR0913, PLR0917 - the options of a command
    into: IntoOption,
    urls: AddressesArgument = None,
    listed: ListOption = None,
    depth: Annotated[int, typer.Option(min=0, help="沿链接走几层 · how many links to follow")] = 1,
    match: Annotated[str, typer.Option(help="只走有这个字眼的链接 · follow only links with this word")] = "",
    most: Annotated[int, typer.Option(min=1, help="至多取几份 · most requests of a run")] = 1_000,
    pause: Annotated[float, typer.Option(min=0, help="同一主机隔几秒 · seconds between requests to a host")] = 1.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只列出，不取附件 · only list; fetch no attachment")
    ] = False,
    allow_local: Annotated[bool, typer.Option("--allow-local", help="也取本机的 · take this machine's, too")] = False,
) -> None:
    """收集网页和附件 · collect pages and attachments."""
    lines = (line.strip() for line in read_text(listed).splitlines()) if listed else ()
    addresses = [*(urls or ()), *(line for line in lines if line and not line.startswith("#"))]
    if not addresses or not into.name.endswith(".warc.gz"):
        fail("要有网址，存档的名称要以 .warc.gz 结尾 · addresses are needed, and an archive named NAME.warc.gz")
    refused = 0
    with tempfile.TemporaryDirectory() as folder, progress("收集 collecting") as (bar, task):

        def told(address: str, reason: str | None) -> None:
            nonlocal refused
            refused += reason is not None
            bar.update(task, advance=1, refused=refused)
            if reason is not None:
                say(f"{address}：{reason}")
            elif dry_run:
                write(f"{address}\n")

        try:
            with opened(Path(folder, "dry.warc.gz") if dry_run else into) as archive:
                web = Web(pause, allow_local=allow_local)
                left = Collection(web, archive, told, match, dry=dry_run).run(addresses, depth, most)
                archive.ends = not left
        except (NotCollectedError, OSError, httpx.InvalidURL) as error:
            fail(str(error))
    if not dry_run:
        say(f"{into}：新取 new {archive.added:,}，未变 unchanged {archive.unchanged:,}，未取 not collected {refused:,}")
    if left:
        say(f"还有 {left:,} 个没有取，再运行一次即接着取。 {left:,} are left; run the command again to continue.")
    if refused:
        raise typer.Exit(1)
