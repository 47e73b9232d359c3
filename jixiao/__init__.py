"""jixiao (绩效): a knowledge graph of Chinese budget performance-target filings. `jixiao.open` opens one."""

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
