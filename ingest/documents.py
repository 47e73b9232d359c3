"""The documents that running text names: where, by which title, by which number.

A document is named by a title in 《》 (nested 〈〉 and <> stay inside; a missing 《 or 》 is made up for), by a number
before or after the title or alone, or by a bare title (某局关于某事的意见). A notice that forwards another document is
one document.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest.flow import CLAUSE_ENDS, ITEM
from jixiao.ontology.identity import key
from jixiao.ontology.numbers import LEAD_INS, Mention, find

_KINDS = (
    "意见|通知|办法|规定|条例|细则|方案|规划|纲要|决定|决议|要点|规则|标准|准则|章程|制度|计划|指南|措施|批复|函|公告|公报|令|"
    "指引|规范|法|法案|修正案|目录|预案|协议|纪要|报告|工作法|解释|政策|清单|规程|守则|公约|工程|导则"
)
_NOT_DOCUMENTS = re.compile(r"\s*(?:杂志|期刊|周刊|月刊|季刊|报纸|丛书|一书|画册|栏目|节目|等?刊物|报(?!告|送))")
_PERIODICAL = re.compile(r"(?:[日晚晨早时周画学]报|[周月季]刊|杂志|期刊|年鉴)$")
_ARTICLE = re.compile(r"第?[\d一二三四五六七八九十百]+[条款章节项]")
_KIND_END = re.compile(rf"(?:{_KINDS})(?:[（(][^（）()]*[）)])?$")
_FORWARDS = re.compile(
    r"(?:印发|转发|颁发|发布|下达|公布|批转|修订|修改|贯彻|执行|实施|贯彻落实)\s*(?:的)?$|(?:转发|批转)[^《》]{1,15}$"
)
_FORWARDED_END = re.compile(r"\s*的?\s*(?:补充)?(?:通知|意见|决定|函|批复|公告|实施意见|实施细则|实施办法)")
_CLAUSE_END = re.compile("[。；;\n]")
_LONGEST_TITLE = 200
_LEFT_EDGE = CLAUSE_ENDS + "，,、：:》）)】“”"
_LEAD = re.compile(
    rf"^(?:{'|'.join(re.escape(word) for word in LEAD_INS if word != '关于')}|按|依|据|经|和|及|与|以及|中央)+(?=.)"
)
_BARE = re.compile(
    r"(?P<title>[^关相有。；;，,：:、\n]{2,30}关于[^。；;，,：:\n]{3,60}?的(?:若干|实施|指导|暂行|管理|补充)*"
    r"(?:意见|通知|办法|规定|方案|决定|细则|规划|批复|措施|公告))(?=[。；;，,、\s（(等文精要]|$)"
)
# A bare title begins with the body that issued it, not with an article of another document (第十五条关于…的规定).
_ISSUER = re.compile(r"[^关]*[局委府部厅办院会室区市省县镇乡处央][^关]*关于")
_LAW = re.compile(
    r"(?P<title>中华人民共和国[\u4e00-\u9fff]{1,30}?(?:法实施条例|法|条例))(?=[。；;，,、\s（(等第和的]|$)"
)


@dataclass(frozen=True)
class Named:
    """A document named between two offsets of a text: by title (without its 《》), by number, or by both."""

    start: int
    end: int
    title: str | None = None
    mention: Mention | None = None


@lru_cache(maxsize=256)  # a section is asked for its documents, then for its bases that are none
def documents(text: str, bare: bool) -> tuple[Named, ...]:
    """Every document that the text names, with where it stands, in order."""
    titles = [_whole(text, start, end) for start, end in _titles(text)]
    titles = [t for t in titles if not _is_periodical(text, t) and (bare or _KIND_END.search(t.title or ""))]
    numbers = find(text)
    titles = [named for title in titles if key((named := _without_number(text, title, numbers)).title or "")]
    if bare:
        taken = [(t.start, t.end) for t in titles]
        titles += [
            span
            for span in _bare_titles(text)
            if not any(span.start < end and start < span.end for start, end in taken)
        ]
    titles.sort(key=lambda span: span.start)
    return tuple(sorted(_with_numbers(text, titles, list(numbers)), key=lambda span: span.start))


def _is_periodical(text: str, span: Named) -> bool:
    return bool(_NOT_DOCUMENTS.match(text, span.end) or _PERIODICAL.search(span.title or ""))


def _without_number(text: str, span: Named, numbers: list[Mention]) -> Named:
    """A title that closes behind the document's number, or not at all: the number is none of its words."""
    closed = text[span.start : span.end].endswith("》")
    for number in numbers:
        if span.start < number.start and number.end <= span.end:
            before, after = text[span.start : number.start].rstrip("（(【[〔［ \t"), text[number.end : span.end]
            if len(before) > 1 and not (closed and after.strip("）)】]〕］》 \t")):
                return Named(span.start, span.end if closed else number.end, _peel(before), number)
    return span


def _titles(text: str) -> Iterator[tuple[int, int]]:
    """Where each outermost title begins and ends, its 《》 included; a missing mark is made up for."""
    depth, start = 0, 0
    for index, char in enumerate(text):
        if char == "《":
            start, depth = (index, 1) if depth == 0 else (start, depth + 1)
        elif char == "》" and text[index + 1 : index + 2] not in ("=", "≥"):
            if depth == 0:
                yield _left_edge(text, index), index + 1
            elif depth == 1:
                yield start, index + 1
            depth = max(depth - 1, 0)
        elif depth and (char in "。；;\n" or (char in "，," and not _closes(text, index, depth))):
            yield start, index
            depth = 0
    if depth:
        yield start, len(text)


def _closes(text: str, index: int, depth: int) -> bool:
    """Whether a title that is open at `index` closes in its clause."""
    rest = _CLAUSE_END.split(text[index : index + _LONGEST_TITLE], maxsplit=1)[0]
    return rest.count("》") >= rest.count("《") + depth


def _left_edge(text: str, end: int) -> int:
    """Where the title that ends at `end` without a 《 begins: after the last clause edge and lead-in word."""
    first = max(0, end - _LONGEST_TITLE)
    start = max(first, *(text.rfind(char, first, end) + 1 for char in _LEFT_EDGE))
    return _past_leads(text, start, end) if start == 0 else _past(_LEAD, text, start, end)


def _past_leads(text: str, start: int, end: int) -> int:
    """Where a passage goes on behind an item's number and words such as 根据."""
    return _past(_LEAD, text, _past(ITEM, text, start, end), end)


def _past(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.match(text[start:end])
    return start + (found.end() if found else 0)


def _whole(text: str, start: int, end: int) -> Named:
    """A title with what forwards it: 某局关于印发《…》的通知 is one document."""
    left = _left_edge(text, start)
    after = _FORWARDED_END.match(text, end)
    before = text[left:start]
    if after and _FORWARDS.search(before) and text[start] == "《":
        return Named(left, after.end(), text[left : after.end()].strip())
    return Named(
        start, end, text[start:end].strip("《》 \t") if text[start:end].count("《") < 2 else _peel(text[start:end])
    )


def _peel(title: str) -> str:
    """A title without its outermost 《》; inner ones stay."""
    return title.removeprefix("《").removesuffix("》").strip()


def _bare_titles(text: str) -> Iterator[Named]:
    for pattern in (_BARE, _LAW):
        for match in pattern.finditer(text):
            start = _past_leads(text, match.start("title"), match.end("title"))
            title = text[start : match.end("title")]
            if pattern is _LAW or (_ISSUER.match(title) and not _ARTICLE.match(text, start)):
                yield Named(start, match.end("title"), title)


def _with_numbers(text: str, titles: list[Named], numbers: list[Mention]) -> Iterator[Named]:
    """Each title with the number right after it, else the one right before it; numbers left over stand alone."""
    numbers = [n for n in numbers if not any(t.start <= n.start and n.end <= t.end for t in titles)]
    taken: set[int] = set()
    numberless = [t for t in titles if t.mention is None]
    starts = [n.start for n in numbers]
    after: dict[Named, Mention] = {}
    for title in numberless:
        behind = bisect_left(starts, title.end)
        if behind < len(numbers) and _joins(text[title.end : numbers[behind].start]):
            after[title] = numbers[behind]
    taken.update(id(n) for n in after.values())
    for title in titles:
        mention = title.mention or after.get(title)
        if mention is None:
            mention = _leading(text, title, numbers[: bisect_left(starts, title.start)], taken)
        if mention:
            taken.add(id(mention))
        start = min(title.start, mention.start) if mention else title.start
        end = max(title.end, mention.end) if mention else title.end
        yield Named(start, end, title.title, mention)
    for number in numbers:
        if id(number) not in taken:
            yield Named(number.start, number.end, None, number)


def _leading(text: str, title: Named, before: list[Mention], taken: set[int]) -> Mention | None:
    """The number right before a title, unless it belongs to another one."""
    last = before[-1] if before else None
    return last if last and id(last) not in taken and _leads(text[last.end : title.start]) else None


def _joins(between: str) -> bool:
    """Whether a number that stands after `between` belongs to the title before it."""
    return (
        re.fullmatch(r"\s*(?:文件|（试行）|\(试行\))?\s*[（(【\[〔［]?\s*(?:文号|字号)?\s*[:：]?\s*", between)
        is not None
    )


def _leads(between: str) -> bool:
    """Whether a number that stands before `between` belongs to the title after it."""
    return re.fullmatch(r"\s*(?:文件?)?\s*[）)】\]〕］]?\s*[:：]?\s*", between) is not None
