"""Read a filing in the process of the tests: processes forked from it inherit all that a first reading compiles."""

import gc
from functools import cache
from pathlib import Path

from jixiao.ontology.identity import DEFAULT_BASE

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-renda-2022.txt"


@cache
def warm() -> None:
    """Read an example, once per process."""
    from jixiao.ingest import preloaded  # noqa: F401 - it sets how often garbage is collected
    from jixiao.ingest.document import read_document

    read_document(EXAMPLE.read_bytes(), EXAMPLE.name, DEFAULT_BASE)
    gc.freeze()
