"""The text of a section or goal -> the documents that it cites, and the bases that are no documents."""

import re
from collections.abc import Iterator

from jixiao.ingest.documents import documents
from jixiao.ingest.flow import ITEM, Flow
from jixiao.ingest.model import Citation, Printed
from jixiao.ingest.spans import Spans
from jixiao.ontology.identity import key

_PARAGRAPHS, _CLAUSES = re.compile("[^\\n]+\\n*"), re.compile("[^。；;]+[。；;]*")


def citations(printed: Printed, section: str, *, bare: bool) -> tuple[Citation, ...]:
    """The documents that a section's text names, one for each document, in reading order.

    `bare` is whether titles without 《》 count: they do in 立项依据, not in a goal.
    """
    flow = Flow.of(printed)
    found: dict[str, Citation] = {}
    for span in documents(flow.text, bare):
        number = span.mention.number if span.mention else None
        title = span.title and span.title.replace("\n", "")
        # An order's number restarts with each issuer's year, so its title belongs to its identity.
        same = f"{number.canonical}|{key(title or '') if number.year is None else ''}" if number else key(title or "")
        printed_number = span.mention.printed if span.mention else None
        places = flow.within(span.start, span.end)
        found.setdefault(same, Citation(title, printed_number, number, section, places))
    return tuple(found.values())


def stated_bases(printed: Printed) -> tuple[Printed, ...]:
    """The bases that are no documents: an item or paragraph that names none, else its clauses that name none."""
    bases = []
    flow = Flow.of(printed)
    named = Spans((span.start, span.end) for span in documents(flow.text, bare=True))
    for start, end in _pieces(_PARAGRAPHS, flow.text, 0, len(flow.text)):
        pieces = _pieces(_CLAUSES, flow.text, start, end) if named.meet(start, end) else ((start, end),)
        for first, last in pieces:
            text = flow.text[first:last]
            if not named.meet(first, last) and len(ITEM.sub("", text).strip(" 。；;，,等\t")) > 3:
                bases.append(_part(flow, first, last))
    return tuple(bases)


def _pieces(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text, start, end))


def _part(flow: Flow, start: int, end: int) -> Printed:
    places = flow.within(start, end)
    text = ITEM.sub("", flow.text[start:end].strip())
    return Printed(((places[0], text), *((place, "") for place in places[1:])))
