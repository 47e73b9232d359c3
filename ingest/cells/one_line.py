"""Divide a form that fills one line, with colons behind its labels, at the blanks before its labels and levels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from jixiao.ingest.rendition import Row
from jixiao.ingest.roles.labels import CELLS, asks_for_name, bare
from jixiao.ingest.roles.role import of_text
from jixiao.ontology.schemes import level1_labels, level_labels

_FEWEST = 3  # least number of labels with a colon in a line that holds a form
_WORD = CELLS.pattern("word_in_line")


def apart(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows, with such lines divided into a row for each label with its value and each level with its text.

    A line with a label that has no colon is left whole.
    """
    for row in rows:
        edges = _edges(row.text) if len(row.cells) == 1 and len(row.cells[0].parts) == 1 and not row.closed else []
        for start, end in pairwise([*edges, len(row.text)]):
            (cell,) = row.cells
            yield Row((replace(cell, parts=((cell.line, row.text[start:end].strip()),)),))
        if not edges:
            yield row


def _edges(text: str) -> list[int]:
    """Return the offsets at which the parts of a form begin in a line; empty for a line without a form."""
    words = list(_WORD.finditer(text)) if text.count(":") + text.count("：") >= _FEWEST else []
    labelled = [word for word in words if of_text(word["label"]).is_label and bare(word["label"]) not in level_labels()]
    has_colons = all(word["colon"] for word in labelled)
    if not has_colons or len(labelled) < _FEWEST or not any(asks_for_name(word["label"]) for word in labelled):
        return []
    begun = [word.start() for above, word in pairwise([None, *words]) if word and _begins(above, word, labelled)]
    return [0, *(at for at in begun if at)]


def _begins(above: re.Match[str] | None, word: re.Match[str], labelled: Sequence[re.Match[str]]) -> bool:
    """Return whether a word begins a part: a label with a colon, or the first of the levels of an indicator."""
    level, before = bare(word.group()), bare(above.group()) if above else ""
    return word in labelled or level in level1_labels() or (level in level_labels() and before not in level1_labels())
