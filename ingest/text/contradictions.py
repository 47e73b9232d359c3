"""Find statements in a text that contradict themselves.

There are never more households than persons, and only one of two boxes such as 新增项目 and 延续项目 may be ticked.
"""

from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest.values.amounts import LARGE, decimal
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "contradictions.toml")
_PAIR, *_TICKED = (_WORDING.pattern(name) for name in ("pair", "behind", "before"))
_SUFFIXES = "".join(LARGE)

Contradiction = tuple[str, str, None, int]
"""A slip (see slips.py) without a correction: the IRI of the property for it, its words, None, and their offset."""


def contradictions(text: str) -> Iterator[Contradiction]:
    """Yield the counts in a text that contradict each other (10户5人), and exclusive boxes that are both ticked."""
    for found in _PAIR.finditer(text):
        many = found["persons"] or found["visits"] or found["attendances"]
        if _count(found["few"]) > _count(many):
            yield terms.impossibleCounts, found.group(), None, found.start()
    for pattern in _TICKED:
        if ticked := pattern.search(text):
            yield terms.exclusiveTicks, " ".join(ticked["words"].split()), None, ticked.start("words")
            return


def _count(figure: str) -> Decimal:
    return decimal(figure.rstrip(_SUFFIXES)) * LARGE.get(figure[-1], Decimal(1))
