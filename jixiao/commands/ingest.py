"""Define `jixiao ingest`, which reads filings into a store's next generation and reports each file on stderr."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from jixiao.ingest import load
from jixiao.ingest.load import Outcome
from jixiao.ingest.originals import LoadError, files
from jixiao.ingest.workers.cluster import connected
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.report.outcomes import Report
from jixiao.store import Store
from jixiao.store_option import StoreOption, say_if_outdated
from jixiao.terminal import fail, progress


def ingest(  # noqa: PLR0913, PLR0917 - the options of a command
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹 · files or folders", show_default=False)],
    store: StoreOption,
    base_iri: Annotated[
        str | None, typer.Option(help=f"新库的基准 IRI · base IRI of a new store [{DEFAULT_BASE}]", show_default=False)
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)] = None,
    replace: Annotated[
        str | None, typer.Option(metavar="SHA16", help="被替换的来源 · the source that an overlapping file replaces")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="有违例即拒收全文件，不部分收入 · refuse a file for any violation")
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="在 Dask 集群上读 · read on the Dask cluster of this scheduler"),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="列出每个项目和所有未读的行 · every project, every unread line")
    ] = False,
) -> None:
    """导入申报表 · read filings into a store."""
    try:
        found = files(paths)
        opened = _open(store, base_iri)
        if replace:
            opened.source(replace)
        with connected(dask) if dask else nullcontext() as cluster:
            report = _ingest(
                found,
                opened,
                verbose,
                jobs=jobs or (cluster and cluster.workers),
                executor=cluster,
                replace=replace,
                strict=strict,
            )
    except LoadError as error:
        fail(str(error))
    report.end(opened)
    say_if_outdated(opened)
    if report.refused:
        raise typer.Exit(1)


def _ingest(found: Sequence[Path], store: Store, verbose: bool, **how: Any) -> Report:
    """Read the files into the store while a bar shows the progress."""
    report = Report(verbose, len(found))
    with progress() as bar:
        task = bar.add_task("读取 reading", total=len(found))

        def done(outcome: Outcome) -> None:
            report.add(outcome)
            bar.update(task, advance=1, refused=report.refused)
            if bar.tasks[task].finished:
                bar.update(task, description="写入 storing")

        load.ingest(found, store, begun=lambda count: bar.update(task, total=count), progress=done, **how)
    return report


def _open(path: Path, base_iri: str | None) -> Store:
    """Open the store at the path, or create it with the base IRI.

    Raises StoreError if the store has another base IRI.
    """
    if base_iri is None and (path / "store.json").exists():
        return Store.open(path)
    return Store.create(path, base_iri or DEFAULT_BASE)
