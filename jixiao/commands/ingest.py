"""Define `jixiao ingest`, which reads filings into a store's next generation and reports each file on stderr."""

from pathlib import Path
from typing import Annotated

import typer

from jixiao import outcomes
from jixiao.ingest import load
from jixiao.ingest.load import LoadError
from jixiao.ontology.identity import DEFAULT_BASE
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
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="列出每个项目和所有未读的行 · every project, every unread line")
    ] = False,
) -> None:
    """导入申报表 · read filings into a store."""
    try:
        found = load.files(paths)
        opened = _open(store, base_iri)
        if replace:
            opened.source(replace)
        with progress() as bar:
            task = bar.add_task("读取 reading", total=len(found))
            results = load.ingest(
                found,
                opened,
                jobs=jobs,
                replace=replace,
                strict=strict,
                progress=lambda path: bar.update(task, advance=1),
            )
    except LoadError as error:
        fail(str(error))
    outcomes.report(results, verbose)
    outcomes.summarise(results, opened)
    say_if_outdated(opened)
    if any(outcome.status == "refused" for outcome in results):
        raise typer.Exit(1)


def _open(path: Path, base_iri: str | None) -> Store:
    """Open the store at the path, or create it with the base IRI.

    Raises StoreError if the store has another base IRI.
    """
    if base_iri is None and (path / "store.json").exists():
        return Store.open(path)
    return Store.create(path, base_iri or DEFAULT_BASE)
