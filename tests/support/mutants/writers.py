"""Write blocks as a file: text with tabs between cells or with a cell a line, or Word."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tests.support.mutants.grid import Block
from tests.support.mutants.plan import Plan
from tests.support.writers import docx_of


def written(plan: Plan, blocks: Sequence[Block]) -> bytes:
    """Write the file in the plan's carrier."""
    return docx_of(blocks) if plan.carrier == "docx" else "\n".join(_text(plan.carrier, blocks)).encode()


def _text(carrier: str, blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield from ("", block, "")
            continue
        for row in block.texts():
            if carrier == "marked cells":
                yield from (f"\t{text}" for text in row)
                yield ""
            else:  # a row whose cells have several lines takes as many
                yield from map("\t".join, zip_longest(*(text.split("\n") for text in row), fillvalue=""))
