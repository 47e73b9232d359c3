"""Distinguish the words that a form prints from text with content: a number, an amount or a title in 《》.

A label may have a year, a weight, a serial number or a unit of money. Any other figure comes from the filer, so that a
line with one is never taken for words of the form.
"""

import re
from collections.abc import Iterable, Iterator

from jixiao.ingest.rendition import Place, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values.plain import folded


def tells(text: str) -> bool:
    """Return whether a text has a figure that is not the form's own, an amount in words, or a title mark."""
    shown, telling = folded(text), labels().lines["telling"]
    if not telling.search(shown) or labels().line("period", shown):
        return False
    return telling.search(labels().lines["own_figures"].sub("", shown)) is not None


def is_unkept(text: str) -> bool:
    """Return whether a text begins with a label whose value is not kept: 自有资金：30."""
    shown = labels().lines["among"].sub("", folded(text))
    before = re.match(r"[^:：\d]*", shown)
    heads = (before[0] if before else "", *text.split(maxsplit=1)[:1])
    unkept = (labels().others, labels().others_in_line)
    return any(bare(head) in words for head in heads for words in unkept)


def telling(rows: Iterable[Row]) -> Iterator[tuple[Place, bool]]:
    """Yield the places of cells with content; True for those that begin with a label whose value is not kept."""
    for row in rows:
        for cell in row.filled:
            for line, text in cell.parts:
                if tells(text):
                    yield cell.place(line), is_unkept(cell.text)
