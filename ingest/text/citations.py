"""Find the documents cited in the text of a section or goal, the bases stated without one, and malformed numbers.

Running text names a document by a title in 《》 (nested 〈〉 and <> are part of it; a missing 《 or 》 is supplied), by
a number before or after the title or without one, or by a title without 《》 (某局关于某事的意见). A notice that
forwards another document is one document with it. Only words show titles without 《》, so the rules for them are
strict: such a title starts with a body, a place or 关于 at the start of a clause, and ends with a kind of document.

The parser of document numbers does not read malformed ones, such as `松委发2009）97号` or `闵委发[2017]38`, because
they identify no document unless a missing part is supplied. A well-formed number (GB/T 9704-2012) consists of a code, a
year of four digits in one pair of brackets, a serial number and 号, in this order; any kind of brackets is accepted
here.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from jixiao.ingest.model import Citation, Printed
from jixiao.ingest.text.flow import CLAUSE_ENDS, ITEM, Flow, Spans, describes_a_body
from jixiao.ingest.values.plain import folded
from jixiao.ontology import codes
from jixiao.ontology.identity import key
from jixiao.ontology.numbers import Mention, find
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "documents.toml", {"lead_ins": codes.WORDING.text("lead_ins")})
_LONGEST_TITLE = 200

_RE = _WORDING.patterns
_STOPS, _AROUND = map(_WORDING.text, ("stops", "around"))
_VAGUE = _WORDING.words("vague_kinds")
_LEFT_EDGE = CLAUSE_ENDS + _WORDING.text("edges")
_ROUND = re.compile(r"[(（]\s*\d{4}")
_PARAGRAPHS = re.compile("[^\\n]+\\n*")

# Malformed numbers, and where they stand beside a title.
_PAIRS = ("〔〕﹝﹞", "[]［］", "【】", "（）()", "〖〗", "〈〉<>＜＞", "《》")
_KIND = {char: pair for pair in _PAIRS for char in pair}
_WORDS = re.compile(r"[\u4e00-\u9fffA-Z]{1,24}\s{0,2}$")
_REACH = 28
_FIRST, _LAST = 1900, 2099


@dataclass(frozen=True)
class Named:
    """A document that a text names from the offset `start` to `end`: its title (without 《》), its number, or both.

    The number is a mention, which also has the number's own offsets.
    """

    start: int
    end: int
    title: str | None = None
    mention: Mention | None = None


@lru_cache(maxsize=256)  # called twice: for documents and for other bases
def documents(text: str, bare: bool) -> tuple[Named, ...]:
    """Return every document that the text names, with its offsets, in order.

    `bare` is true where documents are expected: there all titles count, even without 《》. Elsewhere, a title counts if
    it names a binding document (办法, 通知) that the project does not produce itself, and a number with its year in
    round brackets counts if its code is likely.
    """
    numbers = find(text)
    titles = list(_marked(text, numbers))
    titles = _without_abbreviations(text, [title for title in titles if not _is_work(text, title)])
    titles = [named for title in titles if key((named := _without_number(text, title, numbers)).title or "")]
    if bare:
        titles = _disjoint([*titles, *(Named(start, end, text[start:end]) for start, end in _unmarked(text, numbers))])
    titles.sort(key=lambda span: span.start)
    found = sorted(_with_numbers(text, titles, numbers), key=lambda span: span.start)
    return tuple(span for span in found if bare or _is_sure(text, span))


def _marked(text: str, numbers: list[Mention]) -> Iterator[Named]:
    """Yield the titles in 《》, each with the words around it that belong to it; inner titles are left out.

    `numbers` are the document numbers in the text, since some have their year in 《》, too.
    """
    ends = [number.end for number in numbers]
    last = 0
    for start, end in _titles(text):
        at = bisect_right(ends, start)
        of_number = at < len(numbers) and numbers[at].start <= start and end <= numbers[at].end
        if start >= last and not of_number:
            title = _extended(text, start, end, max(last, _behind_number(text, ends, start)))
            last = title.end
            yield title


def _is_sure(text: str, span: Named) -> bool:
    """Return whether a document counts as cited even in a text, such as a goal, that need not cite any.

    Documents by which a body describes itself (单位概况) do not count: they are no basis of the body's project.
    """
    if describes_a_body(text, span.start):
        return False
    if span.mention:
        return codes.is_likely(span.mention.number.code) or not _ROUND.search(span.mention.printed)
    title = span.title or ""
    in_the_making = _RE.made_before.search(text, max(0, span.start - 8), span.start) or _RE.made_behind.match(
        text, span.end
    )
    return bool(_RE.binding_end.search(title)) and not _RE.plain_title.fullmatch(title) and not in_the_making


def _is_work(text: str, span: Named) -> bool:
    """Return whether a title names a book, a journal or an information system."""
    title, called = span.title or "", _RE.called_a_work.match(text, span.end)
    named = not _RE.kind_end.search(title) and (_RE.called_a_system.match(text, span.end) or _RE.work_end.search(title))
    return bool(called or named)


def _without_abbreviations(text: str, titles: list[Named]) -> list[Named]:
    """Return the titles without short forms that the text introduces (以下简称《办法》), also where these recur."""
    spans = ((key(title.title or ""), max(0, title.start - 10), title.start) for title in titles)
    short = {named for named, *before in spans if _RE.abbreviates.search(text, *before)}
    return [title for title in titles if key(title.title or "") not in short]


def _disjoint(spans: Iterable[Named]) -> list[Named]:
    """Return the documents whose names do not overlap the name of an earlier one in `spans`."""
    kept: list[Named] = []
    for span in spans:
        at = bisect_left(kept, span.start, key=lambda other: other.start)
        if (at == 0 or kept[at - 1].end <= span.start) and (at == len(kept) or span.end <= kept[at].start):
            kept.insert(at, span)
    return kept


def _without_number(text: str, span: Named, numbers: list[Mention]) -> Named:
    """Return a document with its number taken out of its title; a title that includes no number stays as it is.

    The number may be at the start or end of the title, or in a title without 》.
    """
    closed = text[span.start : span.end].endswith("》")
    if not closed and text[span.start] != "《":  # a title that forwards a document keeps that document's number
        return span
    at = bisect_left(numbers, span.start, key=lambda number: number.start)
    for number in numbers[at : at + 9]:
        if span.start < number.start and number.end <= span.end:
            before, after = text[span.start : number.start].rstrip("（(【[〔［ \t"), text[number.end : span.end]
            rest = after.strip("）)】]〕］》 \t")
            if len(before) > 1 and not (closed and rest):
                return Named(span.start, span.end if closed else number.end, _peel(before), number)
            if len(before) <= 1 and closed and rest:
                return Named(span.start, span.end, _RE.called.sub("", rest).strip(), number)
    return span


def _titles(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each outermost title, with its 《》; a missing mark is supplied.

    A title without 》 ends before the words that speak of it (等文件的精神), or with its clause.
    """
    depth, start = 0, 0
    for index, char in enumerate(text + _STOPS[0]):
        if char == "《":
            start, depth = (index, 1) if depth == 0 else (start, depth + 1)
        elif char == "》" and text[index + 1 : index + 2] not in ("=", "≥"):
            if depth == 0:
                if text[index - 1 : index] not in _LEFT_EDGE:
                    yield _left_edge(text, index), index + 1
            elif depth == 1:
                yield start, index + 1
            depth = max(depth - 1, 0)
        elif depth and (char in _STOPS or (char in "，,\n" and not _closes(text, index, depth))):
            yield start, start + len(_RE.left_open.sub("", text[start:index]))
            depth = 0


def _closes(text: str, index: int, depth: int) -> bool:
    """Return whether a title that is open at `index` closes before its clause ends, or before the next line does.

    `depth` is the number of 《 still open there. The next line counts if `index` is at the end of a line.
    """
    ahead = text[index : index + _LONGEST_TITLE]
    if ahead[0] == "\n":
        ahead = "" if ITEM.match(ahead[1:]) else ahead[1:].split("《", maxsplit=1)[0]
    rest = _RE.clause_end.split(ahead, maxsplit=1)[0]
    return rest.count("》") >= rest.count("《") + depth


def _extended(text: str, start: int, end: int, first: int) -> Named:
    """Return the title in 《》 from `start` to `end`, extended by the words around it that belong to it.

    For example, all of 某局关于印发《…》的通知 is one document. The added words begin at the offset `first` or later.
    """
    left = max(_left_edge(text, start), first)
    before = text[left:start]
    inner = _RE.inner_number.match(text, end) if _RE.passes_on.search(before) else None
    after = _RE.forwarded_end.match(text, inner.end() if inner else end)
    if after and _RE.forwards_before.search(before) and text[start] == "《":
        return Named(left, after.end(), text[left : after.end()].strip())
    about, behind = _RE.holds_before.search(before), _RE.holds_behind.match(text, end)
    if about and behind and text[start] == "《":
        left += 0 if _RE.issuer.match(before, 0, about.start()) else about.start()
        return Named(left, behind.end(), text[left : behind.end()].strip())
    title = text[start:end].strip("《》 \t") if text[start:end].count("《") < 2 else _peel(text[start:end])
    if _RE.minutes_end.search(title) and (session := _RE.session.match(text, end)):
        return Named(start, session.end(), title + session.group().strip())
    return Named(start, end, title)


def _peel(title: str) -> str:
    """Return a title without its outermost 《》; inner ones stay."""
    return title.removeprefix("《").removesuffix("》").strip()


def _with_numbers(text: str, titles: list[Named], numbers: list[Mention]) -> Iterator[Named]:
    """Yield the titles with the number directly after or before them, and the remaining numbers as documents."""
    begins = [title.start for title in titles]
    outside = [n for n in numbers if not (at := bisect_right(begins, n.start)) or n.end > titles[at - 1].end]
    starts = [number.start for number in outside]
    after = _after(text, titles, outside, starts)
    taken = set(after.values())
    for title in titles:
        at = bisect_left(starts, title.start)
        ahead = (n for n in outside[max(at - 1, 0) : at] if _fits(_RE.leads, text, n.end, title.start))
        mention = title.mention or after.get(title) or next((number for number in ahead if number not in taken), None)
        taken.update([mention] if mention else [])
        start, end = (mention.start, mention.end) if mention else (title.start, title.end)
        yield replace(title, start=min(title.start, start), end=max(title.end, end), mention=mention)
    yield from (Named(number.start, number.end, None, number) for number in outside if number not in taken)


def _after(text: str, titles: list[Named], numbers: list[Mention], starts: list[int]) -> dict[Named, Mention]:
    """Return the number that follows each title, by title: 《甲》《乙》（某发〔2020〕1号、2号）.

    Titles side by side get the numbers of a row in order, if the row has as many numbers of one issuer as there are
    titles. A single number belongs to the last of these titles. `starts` are the offsets of `numbers`.
    """
    found: dict[Named, Mention] = {}
    beside: list[Named] = []
    for place, title in enumerate(titles):
        beside.append(title)
        following = titles[place + 1] if place + 1 < len(titles) else None
        at = bisect_left(starts, title.end)
        if title.mention is None and at < len(numbers) and _fits(_RE.joins, text, title.end, numbers[at].start):
            row = _row(text, numbers, at)
            if len(row) == len(beside) and not any(other.mention for other in beside):
                found |= dict(zip(beside, row, strict=True))
            elif len(row) == 1 or len(beside) == 1:
                found[title] = numbers[at]
        if following is None or not _fits(_RE.side_by_side, text, title.end, following.start):
            beside = []
    return found


def _row(text: str, numbers: list[Mention], at: int) -> list[Mention]:
    """Return the number at the index `at`, and up to 20 further numbers that follow directly with the same code.

    Each further number has a year; the code is that of the issuer.
    """
    row = [numbers[at]]
    for number in numbers[at + 1 : at + 21]:
        same = number.number.code == row[0].number.code and number.number.year is not None
        if not same or not _fits(_RE.side_by_side, text, row[-1].end, number.start):
            break
        row.append(number)
    return row


def _fits(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Return whether all of the text between two offsets, at most 60 characters, matches the pattern."""
    return 0 <= end - start <= 60 and pattern.fullmatch(text, start, end) is not None


def _left_edge(text: str, end: int) -> int:
    """Return the start of a title that ends at `end` and lacks its 《: after the last punctuation mark before it.

    Introductory words after the mark, such as 根据, are not part of the title.
    """
    first = max(0, end - _LONGEST_TITLE)
    start = max(first, *(text.rfind(char, first, end) + 1 for char in _LEFT_EDGE))
    start = _past(_RE.serial, text, start, end)  # a bracket of a number before the title is taken for an edge
    return _past_leads(text, start, end)


def _unmarked(text: str, numbers: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each possible title without 《》, surer ones first; these passages may overlap."""
    numbered = [(n.start, _RE.bracket.search(text, max(0, n.start - 10), n.start)) for n in numbers]
    brackets = [bracket.start() for _, bracket in numbered if bracket]
    yield from _about(text, brackets, [number.end for number in numbers])
    for match in chain(_RE.law.finditer(text), _RE.item_alone.finditer(text)):
        yield match.span("title")
    for end in brackets:
        start = _left_edge(text, end)
        if _RE.before_number.fullmatch(text, start, end):
            yield start, end


def _about(text: str, brackets: Sequence[int], numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of titles like 某局关于某事的意见.

    A title without an issuer counts only beside a number, or if it is all of an item or basis. `brackets` are the
    positions of brackets that open before a number, `numbers` the ends of numbers.
    """
    for match in _RE.about.finditer(text):
        end = match.end("title")
        start = _past_leads(text, match.start("title"), end)
        about = max(start, match.end("issuer"))
        behind = _behind_number(text, numbers, about)
        start = max(start, behind)
        if start < about and _RE.issuer.match(text, start, about):
            if not _RE.article.match(text, start):
                yield start, end
            continue
        at = bisect_left(brackets, end)
        numbered = at < len(brackets) and not text[end : brackets[at]].strip("”」 \t")
        alone = (
            start == about
            and match["kind"] not in _VAGUE
            and (behind == about or _RE.alone.match(text[end : end + 20]) is not None)
        )
        if numbered or alone:
            yield about, end


def _behind_number(text: str, numbers: Sequence[int], start: int) -> int:
    """Return the offset after the last document number before `start`, past 文件 or a bracket there.

    `numbers` are the offsets at which the numbers end.

    Returns 0 if no number is before `start`.
    """
    at = bisect_right(numbers, start)
    behind = _RE.behind_number.match(text, numbers[at - 1]) if at else None
    return min(start, behind.end()) if behind else 0


def _past_leads(text: str, start: int, end: int) -> int:
    """Return the offset, between `start` and `end`, after an item's number and introductory words such as 根据."""
    return _past(_RE.lead, text, _past(ITEM, text, start, end), end)


def _past(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.match(text[start:end])
    return start + (found.end() if found else 0)


@dataclass(frozen=True)
class Fault:
    """A malformed number, and its start and end in a text."""

    printed: str
    start: int
    end: int


@lru_cache(maxsize=256)  # called twice: for documents and for bases
def malformed_numbers(text: str) -> tuple[Fault, ...]:
    """Return the malformed document numbers in running text, in order."""
    found = []
    for tail in _RE.malformed.finditer(text):
        words = _WORDS.search(text[max(0, tail.start() - _REACH) : tail.start()])
        if words is None:
            continue
        run = words.group().rstrip()
        skipped = codes.skipped(run, (), by_name=bool(tail["order"]))
        if not tail["order"]:
            skipped += max((joint.end() for joint in _RE.joints.finditer(run[skipped:])), default=0)
        code = run[skipped:]
        before = text[max(0, tail.start() - _REACH - 16) : tail.start() - len(words.group()) + skipped]
        named = bool(tail["order"]) or (codes.is_code(code) and codes.is_likely(code))
        if named and not codes.is_labelled_otherwise(folded(before)) and _is_malformed(text, tail, code):
            start = tail.start() - len(words.group()) + skipped
            found.append(Fault(text[start : tail.end()].strip(), start, tail.end()))
    return tuple(found)


def _is_malformed(text: str, tail: re.Match[str], code: str) -> bool:
    if tail["order"] or tail["unopened"] or tail["unclosed"]:
        return True
    if tail["bare"] or (_KIND[tail["opens"][-1]] == "（）()" and not codes.is_certain(code)):
        return codes.is_certain(code)  # 某会议（2021）3 may be something else
    year, serial, brackets = tail["year"], tail["serial"], tail["opens"] + tail["closes"]
    of_our_time = len(year) == len("2021") and _FIRST <= int(year) <= _LAST
    if not tail["sign"]:
        return bool(
            serial
            and of_our_time
            and not _RE.listed.match(text, tail.end())
            and _RE.behind_malformed.match(text, tail.end())
        )
    odd = _RE.year_sign.search(tail.group()) or _RE.second_sign.match(text, tail.end())  # 〔2020年〕6号, 〔2020〕6号号
    paired = len(brackets) == len("()") and _KIND[brackets[0]] == _KIND[brackets[1]]
    return bool(odd or not (serial and paired and of_our_time))


def subject(title: str | None) -> str:
    """Return the key by which titles are compared; a notice that issues a document has the key of that document.

    An example of such a notice is 关于印发〈某办法〉的通知.
    """
    issued = _RE.issued.fullmatch(key(title or ""))
    return issued["title"] if issued else key(title or "")


def distinct(found: Iterable[Citation]) -> list[Citation]:
    """Return the citations in order, without those that repeat an earlier one.

    A citation repeats one of the same document if one of their two titles contains the other.
    """
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
    found = (
        Citation(
            span.title and span.title.replace("\n", ""),
            span.mention.printed if span.mention else None,
            span.mention.number if span.mention else None,
            section,
            flow.within(span.start, span.end),
            faults[span].printed if span in faults else None,
        )
        for span in spans
    )
    return tuple(distinct(found))


def stated_bases(printed: Printed) -> tuple[Printed, ...]:
    """Return the bases of a project that are no documents: `解决群众出行难的需要`.

    A basis is an item or paragraph that names no document. Of paragraphs that name one, the clauses without a document
    are bases.
    """
    flow = Flow.of(printed)
    named = Spans((span.start, span.end) for span in documents(flow.text, bare=True))
    pieces = (
        piece
        for paragraph in _PARAGRAPHS.finditer(flow.text)
        for piece in (
            _RE.clauses.finditer(flow.text, *paragraph.span()) if named.meet(*paragraph.span()) else [paragraph]
        )
    )
    texts = ((piece.span(), ITEM.sub("", piece.group().strip())) for piece in pieces if not named.meet(*piece.span()))
    told = ((flow.within(*span), text) for span, text in texts if len(text.strip(_AROUND)) > 3)
    return tuple(Printed(((places[0], text), *((place, "") for place in places[1:]))) for places, text in told)


def _faults_of_documents(text: str, spans: Sequence[Named]) -> dict[Named, Fault]:
    """Return by document the malformed number within its name or directly beside it; other documents are left out.

    `spans` are all documents that the text names.
    """
    found: dict[Named, Fault] = {}
    faults = malformed_numbers(text)
    starts = [span.start for span in spans]
    for fault in faults:
        at = bisect_right(starts, fault.start)
        before, after = spans[at - 1] if at else None, spans[at] if at < len(spans) else None
        if before and (fault.start < before.end or _RE.behind_title.fullmatch(text, before.end, fault.start)):
            found.setdefault(before, fault)
        elif after and (after.start < fault.end or _RE.before_title.fullmatch(text, fault.end, after.start)):
            found.setdefault(after, fault)
    return found
