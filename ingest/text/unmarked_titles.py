"""Find titles that running text prints without 《》.

Only words show such titles, so the rules are strict: a title starts with a body, a place or 关于 at the start of a
clause, and ends with a kind of document.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from jixiao.ingest.text.flow import CLAUSE_ENDS, ITEM
from jixiao.ingest.text.wording import WORDING
from jixiao.ontology.numbers import Mention

KIND_END = WORDING.pattern("kind_end")
LONGEST_TITLE = 200
LEFT_EDGE = CLAUSE_ENDS + WORDING.text("edges")
_LEAD, _SERIAL = WORDING.pattern("lead"), WORDING.pattern("serial")
_ABOUT, _ISSUER, _ARTICLE = WORDING.pattern("about"), WORDING.pattern("issuer"), WORDING.pattern("article")
_LAW, _LOCAL_LAW, _OF_A_PLACE = WORDING.pattern("law"), WORDING.pattern("local_law"), WORDING.pattern("of_a_place")
_MINUTES, _BEFORE_NUMBER = WORDING.pattern("minutes"), WORDING.pattern("before_number")
_BRACKET, _ALONE, _BEHIND_NUMBER = (WORDING.pattern(name) for name in ("bracket", "alone", "behind_number"))
_VAGUE = WORDING.words("vague_kinds")


def left_edge(text: str, end: int) -> int:
    """Return the start of a title without 《 that ends at `end`: after the last punctuation mark before it.

    Introductory words after the mark, such as 根据, are not part of the title.
    """
    first = max(0, end - LONGEST_TITLE)
    start = max(first, *(text.rfind(char, first, end) + 1 for char in LEFT_EDGE))
    start = _past(_SERIAL, text, start, end)  # a bracket of a number before the title is taken for an edge
    return _past_leads(text, start, end) if start == 0 else _past(_LEAD, text, start, end)


def unmarked(text: str, numbers: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Yield the starts and ends of possible titles without 《》, surer ones first; they may overlap."""
    numbered = [(n.start, _BRACKET.search(text, max(0, n.start - 10), n.start)) for n in numbers]
    brackets = [bracket.start() for _, bracket in numbered if bracket]
    yield from _about(text, brackets, [number.end for number in numbers])
    for match in _LAW.finditer(text):
        yield match.span("title")
    for match in _LOCAL_LAW.finditer(text):
        start = _past_leads(text, max(left_edge(text, match.end()), 0), match.end())
        if _OF_A_PLACE.fullmatch(text, start, match.end()):
            yield start, match.end()
    for match in _MINUTES.finditer(text):
        start = _past_leads(text, match.start("title"), match.end("title"))
        yield start, match.end("title")
    for end in brackets:
        start = left_edge(text, end)
        start = _past(ITEM, text, start, end)
        if _BEFORE_NUMBER.fullmatch(text, start, end):
            yield start, end


def _about(text: str, brackets: Sequence[int], numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of titles like 某局关于某事的意见.

    A title without an issuer counts only beside a number, or if it is all of an item or basis. `brackets` are the
    positions of brackets that open before a number, `numbers` the ends of numbers.
    """
    for match in _ABOUT.finditer(text):
        end = match.end("title")
        start = _past_leads(text, match.start("title"), end)
        about = max(start, match.end("issuer"))
        behind = behind_number(text, numbers, about)
        start = max(start, behind)
        if start < about and _ISSUER.match(text, start, about):
            if not _ARTICLE.match(text, start):
                yield start, end
            continue
        at = bisect_left(brackets, end)
        numbered = at < len(brackets) and not text[end : brackets[at]].strip("”」 \t")
        alone = start == about and match["kind"] not in _VAGUE and (behind == about or _ends(text, end))
        if numbered or alone:
            yield about, end


def behind_number(text: str, numbers: Sequence[int], start: int) -> int:
    """Return the offset after the last number before `start`, and after its 文件 or bracket; 0 without one.

    `numbers` are the ends of numbers.
    """
    at = bisect_right(numbers, start)
    behind = _BEHIND_NUMBER.match(text, numbers[at - 1]) if at else None
    return min(start, behind.end()) if behind else 0


def _ends(text: str, end: int) -> bool:
    return _ALONE.match(text[end : end + 20]) is not None


def _past_leads(text: str, start: int, end: int) -> int:
    """Return the offset, between `start` and `end`, after an item's number and introductory words such as 根据."""
    return _past(_LEAD, text, _past(ITEM, text, start, end), end)


def _past(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.match(text[start:end])
    return start + (found.end() if found else 0)
