"""Find titles that running text prints without 《》.

Only words mark such titles, so the rules are strict: a title must start with a body, a place or 关于 at the edge of a
clause, and end in a kind of document.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from jixiao.ingest.text.flow import CLAUSE_ENDS, ITEM
from jixiao.ontology.numbers import LEAD_INS, Mention

KINDS = (
    "意见|通知|办法|规定|条例|细则|方案|规划|纲要|决定|决议|要点|规则|标准|准则|章程|制度|计划|指南|措施|批复|函|公告|公报|令|"
    "指引|规范|法|法案|修正案|目录|预案|协议|纪要|报告|工作法|解释|政策|清单|规程|守则|公约|工程|导则"
)
KIND_END = re.compile(rf"(?:{KINDS})(?:[（(][^（）()]*[）)])?$")
LONGEST_TITLE = 200
LEFT_EDGE = CLAUSE_ENDS + "，,、：:》）)】“”"
_LEAD = re.compile(
    rf"^(?:{'|'.join(re.escape(word) for word in LEAD_INS if word != '关于')}"
    r"|严格|认真|全面|深入|按|依|据|经|和|及|与|以及|中央)+(?=.)"
)
_ENDS = r"(?=[。；;，,、\s（(等文精要”」]|$)"
_ABOUT = re.compile(
    r"(?P<title>(?P<issuer>[^关相有。；;，,：:、\n“”「」《》]{0,30})关于[^。；;，,：:\n《》]{3,60}?"
    r"的(?:若干|实施|指导|暂行|管理|补充)*(?P<kind>意见|通知|办法|规定|方案|决定|细则|规划|批复|复?函|措施|公告))"
    + _ENDS
)
# A title begins with the body that issued it, not with an article of another document (第十五条关于…的规定).
_ISSUER = re.compile(
    r"[^关]*[局委府部厅办院会室区市省县州镇乡处央团署行组司校社心](?:等.{1,8}(?:部门|单位))?(?:印发|转发|发布|下发)?的?\s*$"
)
_ARTICLE = re.compile(r"第?[\d一二三四五六七八九十百]+[条款章节项]")
_LAW = re.compile(
    r"(?P<title>中华人民共和国[\u4e00-\u9fff]{1,30}?(?:法实施条例|法|条例))(?=[。；;，,、\s（(等第和的及”」]|执行|规定|要求|精神|$)"
)
_LOCAL_LAW = re.compile(r"[\u4e00-\u9fff]{2,20}?条例(?=[。；;，,、\s（(等第和的及”」]|执行|规定|要求|精神|$)")
_PLACE = r"(?:中国共产党|[\u4e00-\u9fff]{2,3}(?:省|市)|[\u4e00-\u9fff]{2,7}自治[区州县])"
_OF_A_PLACE = re.compile(rf"{_PLACE}(?!.{{0,30}}(?:相关|有关|根据|按照|依据|执行|落实))[\u4e00-\u9fff]{{2,20}}条例")
_MINUTES = re.compile(
    r"(?P<title>[^。；;，,：:、\n（(《》“”]{2,30}会议纪要\s{0,4}[（(]第?[\d一二三四五六七八九十百〇]{1,6}[次期号][）)])"
)
# A name before a number in brackets, if the name begins with a place or a body.
_BEFORE_NUMBER = re.compile(
    r"(?!.*(?:的|相关|有关|上述|制定|印发|文件|要求|精神|等|根据|按照|依据))"
    r"(?:中华人民共和国|中国共产党|中共|全国|国家|国务院|[\u4e00-\u9fff]{2,8}?[省市区县州镇乡局部委厅])"
    rf"[\u4e00-\u9fff“”\d（）()—-]{{2,40}}(?:{KINDS})"
)
_BRACKET = re.compile(r"[”」]?\s*[（(【\[〔［]\s*(?:文号|字号)?\s*[:：]?\s*$")
_SERIAL = re.compile(r"\s*\d{1,5}号\s*")
# Kinds that name the content of a text as often as a document.
_VAGUE = ("规定", "措施", "规划")


def left_edge(text: str, end: int) -> int:
    """Return the start of a title that ends at `end` without a 《: after the last clause edge and lead-in word."""
    first = max(0, end - LONGEST_TITLE)
    start = max(first, *(text.rfind(char, first, end) + 1 for char in LEFT_EDGE))
    start = _past(_SERIAL, text, start, end)  # the serial of a number before the title: the number's bracket is an edge
    return _past_leads(text, start, end) if start == 0 else _past(_LEAD, text, start, end)


def unmarked(text: str, numbers: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Yield possible starts and ends of titles without 《》, the surer ones first; they may overlap."""
    numbered = [(n.start, _BRACKET.search(text, max(0, n.start - 10), n.start)) for n in numbers]
    brackets = [bracket.start() for _, bracket in numbered if bracket]
    yield from _about(text, brackets)
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


def _about(text: str, brackets: list[int]) -> Iterator[tuple[int, int]]:
    """Yield titles like 某局关于某事的意见; without an issuer, only before a number or as a whole item or basis."""
    for match in _ABOUT.finditer(text):
        end = match.end("title")
        start = _past_leads(text, match.start("title"), end)
        about = max(start, match.end("issuer"))
        if start < about and _ISSUER.match(text, start, about):
            if not _ARTICLE.match(text, start):
                yield start, end
            continue
        at = bisect_left(brackets, end)
        numbered = at < len(brackets) and not text[end : brackets[at]].strip("”」 \t")
        alone = start == about and match["kind"] not in _VAGUE and _ends(text, end)
        if numbered or alone:
            yield about, end


def _ends(text: str, end: int) -> bool:
    return (
        re.match(r"\s*(?:等?文件)?(?:的?(?:要求|精神|规定))?[”」]?\s*(?:[。；;，,、（(\n]|$)", text[end : end + 20])
        is not None
    )


def _past_leads(text: str, start: int, end: int) -> int:
    """Return the offset after an item's number and words such as 根据."""
    return _past(_LEAD, text, _past(ITEM, text, start, end), end)


def _past(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.match(text[start:end])
    return start + (found.end() if found else 0)
