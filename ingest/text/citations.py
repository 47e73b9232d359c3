"""Find the documents cited in the text of a section or goal, the bases stated without one, and malformed numbers.

The parser of document numbers does not read malformed ones, such as `松委发2009）97号` or `闵委发[2017]38`,
because they identify no document unless a missing part is supplied. A well-formed number (GB/T 9704-2012) consists of a
code, a year of four digits in one pair of brackets, a serial number and 号, in this order; any kind of brackets is
accepted here.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest.model import Citation, Printed
from jixiao.ingest.text.cited_documents import Named, documents
from jixiao.ingest.text.flow import ITEM, WORDING, Flow
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.spans import Spans
from jixiao.ontology import codes
from jixiao.ontology.identity import key

_PAIRS = ("〔〕﹝﹞", "[]［］", "【】", "（）()", "〖〗", "〈〉<>＜＞", "《》")
_KIND = {char: pair for pair in _PAIRS for char in pair}
_TAIL, _JOINTS, _BEHIND, _LISTED, _YEAR_SIGN, _SECOND_SIGN, _BEHIND_TITLE, _BEFORE_TITLE, _CLAUSES, _ISSUED = map(
    WORDING.pattern,
    (
        *("malformed", "joints", "behind_malformed", "listed", "year_sign", "second_sign"),
        *("behind_title", "before_title", "clauses", "issued"),
    ),
)
_WORDS = re.compile(r"[\u4e00-\u9fffA-Z]{1,24}\s{0,2}$")
_PARAGRAPHS = re.compile("[^\\n]+\\n*")
_REACH = 28
_FIRST, _LAST = 1900, 2099
_AROUND = WORDING.text("around")


@dataclass(frozen=True)
class Fault:
    """A malformed number, and its start and end in a text."""

    printed: str
    start: int
    end: int


@lru_cache(maxsize=256)  # called twice: for documents and for bases
def malformed_numbers(text: str) -> tuple[Fault, ...]:
    """Return the malformed document numbers in running text, in order."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Fault]:
    for tail in _TAIL.finditer(text):
        words = _WORDS.search(text[max(0, tail.start() - _REACH) : tail.start()])
        if words is None:
            continue
        run = words.group().rstrip()
        skipped = codes.skipped(run, (), by_name=bool(tail["order"]))
        if not tail["order"]:
            skipped += max((joint.end() for joint in _JOINTS.finditer(run[skipped:])), default=0)
        code = run[skipped:]
        before = text[max(0, tail.start() - _REACH - 16) : tail.start() - len(words.group()) + skipped]
        named = bool(tail["order"]) or (codes.is_code(code) and codes.is_likely(code))
        if named and not codes.is_labelled_otherwise(folded(before)) and _is_malformed(text, tail, code):
            start = tail.start() - len(words.group()) + skipped
            yield Fault(text[start : tail.end()].strip(), start, tail.end())


def _is_malformed(text: str, tail: re.Match[str], code: str) -> bool:
    if tail["order"] or tail["unopened"] or tail["unclosed"]:
        return True
    if tail["bare"]:
        return codes.is_certain(code)
    round_ones = _KIND[tail["opens"][-1]] == "（）()"
    if round_ones and not codes.is_certain(code):
        return False  # 某会议（2021）3 may be something else
    year, serial = tail["year"], tail["serial"]
    if not tail["sign"]:
        whole = serial and len(year) == len("2021") and _FIRST <= int(year) <= _LAST
        listed = _LISTED.match(text, tail.end()) is not None
        return bool(whole and not listed and _BEHIND.match(text, tail.end()))
    brackets = tail["opens"] + tail["closes"]
    odd = _YEAR_SIGN.search(tail.group()) or _SECOND_SIGN.match(text, tail.end())  # 〔2020年〕6号, 〔2020〕6号号
    if odd or not serial or len(brackets) != len("()") or _KIND[brackets[0]] != _KIND[brackets[1]]:
        return True
    return len(year) != len("2021") or not _FIRST <= int(year) <= _LAST


def subject(title: str | None) -> str:
    """Return the key of a title; of a notice that issues a document (关于印发〈某办法〉的通知), that document's key."""
    issued = _ISSUED.fullmatch(key(title or ""))
    return issued["title"] if issued else key(title or "")


def distinct(found: Iterable[Citation]) -> list[Citation]:
    """Return the citations in order, without those that repeat an earlier one."""
    known: defaultdict[str, list[Citation]] = defaultdict(list)
    kept = []
    for citation in found:
        named = citation.identity if citation.number else subject(citation.title)
        if not any(map(citation.repeats, known[named])):
            known[named].append(citation)
            kept.append(citation)
    return kept


def citations(printed: Printed, section: str, *, bare: bool) -> tuple[Citation, ...]:
    """Return the documents named in a section's text, one citation for each document, in order.

    `section` is the name of the section, which the citations repeat. `bare` is true for 立项依据, where titles count
    even without 《》 (see `documents`).
    """
    flow = Flow.of(printed)
    spans = documents(flow.text, bare)
    faults = _faults_of_documents(flow.text, spans)
    found = []
    for span in spans:
        number = span.mention.number if span.mention else None
        title = span.title and span.title.replace("\n", "")
        printed_number = span.mention.printed if span.mention else None
        places = flow.within(span.start, span.end)
        fault = faults[span].printed if span in faults else None
        found.append(Citation(title, printed_number, number, section, places, fault))
    return tuple(distinct(found))


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


def _faults_of_documents(text: str, spans: Sequence[Named]) -> dict[Named, Fault]:
    """Return the malformed number within the name of a document or directly beside it, by document.

    Documents without one are left out; `spans` are all documents that the text names.
    """
    found: dict[Named, Fault] = {}
    faults = malformed_numbers(text)
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
