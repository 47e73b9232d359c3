"""Define `jixiao reread`, which reads a store's kept originals anew by the present rules and reports each on stderr."""

from typing import Annotated

import typer

from jixiao.ingest import reread as rereading
from jixiao.report.outcomes import Report
from jixiao.store import Store
from jixiao.store_option import StoreOption
from jixiao.terminal import progress, say


def reread(
    store: StoreOption,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SHA16]…",
            help="来源号；不写则是按旧规则读的所有来源 · sources; by default all that were read by older rules",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="列出每个项目和所有未读的行 · every project, every unread line")
    ] = False,
) -> None:
    """按现行规则重读原件 · read kept originals anew."""
    opened = Store.open(store)
    with progress() as bar:
        task = bar.add_task("重读 rereading", total=None)
        results = rereading.reread(opened, sources or (), jobs=jobs, progress=lambda _: bar.update(task, advance=1))
    if not results:
        say("所有来源都是按现行规则读的，没有改动。 All sources were read by the present rules; nothing was done.")
        return
    report = Report(verbose, len(results))
    for outcome in results:
        report.add(outcome)
    report.end(opened)
    if any(outcome.status == "kept" for outcome in results):
        raise typer.Exit(1)
