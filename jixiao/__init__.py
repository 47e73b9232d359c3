"""jixiao (绩效): a knowledge graph of Chinese budget performance-target filings. `jixiao.open` opens one.

This package offers to people and programs what is in the packages `ontology`, `shapes`, `ingest`, `store` and `server`:

cli.py           the command `jixiao` (__main__.py runs it); its sub-commands are in commands/
terminal.py      what commands print; tables.py and progress_bar.py draw it
stewarding.py    a steward's arguments as RDF terms of a decision
transcriptions.py  what a person read in a scan, and the scan read again with it
viewing.py       views answered in this process; cube.py states one of them as a data cube
checking.py      files judged without a store, for `jixiao validate` and the server; rdf_files.py judges those of RDF
report/          texts and pages about readings and judged files
static_site/     the files of `jixiao export --site`
python.py        access from Python
assistant.py     the tools of `jixiao mcp`
interface.py     requests to the HTTP interface, for the two modules above

What pages need too belongs in a room below, since no room imports this package.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jixiao.python import Dataset


def open(target: str | os.PathLike[str], views: str | os.PathLike[str] | None = None) -> Dataset:
    """Open a store's directory, or the site at an http(s) address. Raises jixiao.python.DatasetError.

    `views` is a folder of views that a store is to answer besides jixiao's own; a site has its own.
    """
    from jixiao.python import Dataset, Local, Remote  # noqa: PLC0415 - commands import this package and need no graph

    if isinstance(target, str) and target.startswith(("http://", "https://")):
        return Dataset(Remote(target))
    return Dataset(Local(Path(target), None if views is None else Path(views)))
