"""Find the documents cited in the text of a section or goal, and the bases stated without a document."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from jixiao.ingest.model import Citation, Printed
from jixiao.ingest.text import malformed_numbers
from jixiao.ingest.text.cited_documents import Named, documents
from jixiao.ingest.text.flow import ITEM, Flow
from jixiao.ingest.text.wording import WORDING
from jixiao.ingest.values.spans import Spans

_BEHIND_TITLE, _BEFORE_TITLE = WORDING.pattern("behind_title"), WORDING.pattern("before_title")
_PARAGRAPHS, _CLAUSES = re.compile("[^\\n]+\\n*"), WORDING.pattern("clauses")
_STOPS, _AROUND = WORDING.text("stops") + "\n", WORDING.text("around")


class Seen:
    """A list of citations without repetitions.

    A number that is cited with two different titles is kept twice, since one of the titles is a mistake.
    """

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self._by_identity: dict[str, list[Citation]] = {}

    def __contains__(self, citation: Citation) -> bool:
        return any(map(citation.repeats, self._by_identity.get(citation.identity, ())))

    def add(self, citation: Citation) -> None:
        """Add a citation unless it repeats an earlier one."""
        if citation not in self:
            self.citations.append(citation)
            self._by_identity.setdefault(citation.identity, []).append(citation)


def citations(printed: Printed, section: str, *, bare: bool) -> tuple[Citation, ...]:
    """Return the documents named in a section's text, one citation for each document, in order.

    `section` is the name of the section, which the citations repeat. `bare` is true for 立项依据, where titles count
    even without 《》 (see `documents`).
    """
    flow = Flow.of(printed)
    seen = Seen()
    spans = documents(flow.text, bare)
    faults = _faults_of_documents(flow.text, spans)
    for span in spans:
        number = span.mention.number if span.mention else None
        title = span.title and span.title.replace("\n", "")
        printed_number = span.mention.printed if span.mention else None
        places = flow.within(span.start, span.end)
        fault = faults[span].printed if span in faults else None
        citation = Citation(title, printed_number, number, section, places, fault)
        seen.add(citation)
    return tuple(seen.citations)


def stated_bases(printed: Printed) -> tuple[Printed, ...]:
    """Return the bases of a project that are no documents: `解决群众出行难的需要`.

    A basis is an item or paragraph that names no document. Of paragraphs that name one, the clauses without a document
    are bases.
    """
    bases = []
    flow = Flow.of(printed)
    named = Spans((span.start, span.end) for span in documents(flow.text, bare=True))
    for start, end in _pieces(_PARAGRAPHS, flow.text, 0, len(flow.text)):
        pieces = _pieces(_CLAUSES, flow.text, start, end) if named.meet(start, end) else ((start, end),)
        for first, last in pieces:
            text = flow.text[first:last]
            if not named.meet(first, last) and len(ITEM.sub("", text).strip(_AROUND)) > 3:
                bases.append(_part(flow, first, last))
    return tuple(bases)


def loose_numbers(printed: Printed, *, bare: bool) -> tuple[Printed, ...]:
    """Return the malformed document numbers that are part neither of a named document nor of a stated basis.

    `bare` is true for 立项依据, the only section with stated bases.
    """
    flow = Flow.of(printed)
    spans = documents(flow.text, bare)
    taken = set(_faults_of_documents(flow.text, spans).values())
    loose = [fault for fault in malformed_numbers.find(flow.text) if fault not in taken]
    if bare and loose:
        others = Spans((span.start, span.end) for span in spans)
        loose = [fault for fault in loose if _in_a_clause_with(others, flow.text, fault)]
    return tuple(_part(flow, fault.start, fault.end) for fault in loose)


def _in_a_clause_with(named: Spans, text: str, fault: malformed_numbers.Fault) -> bool:
    """Return whether the clause with a malformed number also names a document, so that the clause is no stated basis.

    `named` are the positions of the named documents.
    """
    start = max(text.rfind(mark, 0, fault.start) for mark in _STOPS) + 1
    end = min((at for mark in _STOPS if (at := text.find(mark, fault.end)) >= 0), default=len(text))
    return named.meet(start, end)


def _faults_of_documents(text: str, spans: Sequence[Named]) -> dict[Named, malformed_numbers.Fault]:
    """Return the malformed number within the name of a document or directly beside it, by document.

    Documents without one are left out; `spans` are all documents that the text names.
    """
    found: dict[Named, malformed_numbers.Fault] = {}
    faults = malformed_numbers.find(text)
    starts = [span.start for span in spans]
    for fault in faults:
        at = bisect_right(starts, fault.start)
        before, after = spans[at - 1] if at else None, spans[at] if at < len(spans) else None
        if before and (fault.start < before.end or _BEHIND_TITLE.fullmatch(text, before.end, fault.start)):
            found.setdefault(before, fault)
        elif after and (after.start < fault.end or _BEFORE_TITLE.fullmatch(text, fault.end, after.start)):
            found.setdefault(after, fault)
    return found


def _pieces(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text, start, end))


def _part(flow: Flow, start: int, end: int) -> Printed:
    places = flow.within(start, end)
    text = ITEM.sub("", flow.text[start:end].strip())
    return Printed(((places[0], text), *((place, "") for place in places[1:])))
