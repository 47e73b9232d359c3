"""Document numbers (发文字号): text goes in, one canonical form a number comes out, however it was printed.

Apart because reader, views and look-ups must read a number alike. Form: GB/T 9704-2012, 7.2.5 (code, four-digit year
in 〔〕, serial without leading zeros); an order (令) has an issuer and a serial only.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.ontology.identity import key

# Words that lead up to a number, or end a title before it, and are no part of a code.
LEAD_INS = (
    "根据", "依据", "依照", "按照", "参照", "遵照", "对照", "以及", "贯彻", "落实", "执行", "转发",
    "印发", "下发", "颁发", "颁布", "发布", "公布", "关于", "详见", "参见", "结合", "符合",
    "通知", "意见", "办法", "规定", "方案", "决定", "条例", "细则", "文件", "文号", "字号",
    "精神", "要求", "的", "(试行)", "(暂行)", "(修订)", "(草案)",
)  # fmt: skip
# Characters that lead up to a number too, but also stand inside codes (沪经信, 津和财预): only first or
# after three others, and before one that opens a code.
SHORT_LEAD_INS = "见和及与或按据由经于在为以从对将"
# What opens a code or an issuer: provinces, the centre, bodies by rank, Shanghai's districts, ministries and bureaus.
OPENINGS = (
    "[京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀贵黔云滇藏陕甘青宁新港澳国中上市区省县"
    "松闵黄徐长静普虹杨宝嘉浦金奉崇财教科工民司人自环住交水农商文卫退应审税银建统体医林档海]|发改|公(?![告报函])"
)
# Bodies that may be spelled out right before their code; 人社部发, 工信部联, 杭区委教办 are codes.
_BODIES = (
    r"政府|委员会|办公[厅室]|国务院|(?<=..)(?<!人社)(?<!工信)部"
    r"|(?:[市区县省州]|国家|中国|全国|中央)[^\W0-9]*?[局厅署院会委](?<=....)"
)
_ISSUER_ENDS = "府院部委局会席署厅室国"
_NO_DOCUMENT = "楼线桥院门机厂店馆库"  # 1号楼 is a building

_ZEROS = "零〇○O"
_FIGURES = "一二三四五六七八九"
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE_UNITS = re.compile(
    rf"(?:[{_FIGURES}]千)?(?:[{_ZEROS}]?[{_FIGURES}]百)?(?:[{_ZEROS}]?[{_FIGURES}]?十[{_FIGURES}]?|[{_ZEROS}][{_FIGURES}])?"
)
_YEAR = rf"(?<![0-9])[0-9{_ZEROS}{_FIGURES}]{{4}}"
_SERIAL = rf"(?:[0-9]{{1,9}}(?:-[0-9]{{1,9}})*|[{_ZEROS}{_FIGURES}十百千]{{1,9}})"
_TAIL = re.compile(
    rf"\((?P<y1>{_YEAR})年?\)第?(?P<s1>{_SERIAL})号(?P<o1>令)?"
    rf"|(?P<y2>{_YEAR})年第?(?P<s2>{_SERIAL})号(?P<o2>令)?"
    rf"|令(?:\(第?(?P<s3>{_SERIAL})号\)|第?(?P<s4>{_SERIAL})号)"
    rf"|第(?P<s5>{_SERIAL})号令"
)
_WORD = r"[A-Z0-9々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_CODE = re.compile(rf"{_WORD}(?:-?{_WORD}|\({_WORD}+\))*$")
_DOCUMENT = re.compile("(?<=号)文件?$")
_LONGEST_RUN = 60
_LEADS = (
    "|".join(map(re.escape, LEAD_INS))
    + rf"|[0-9{_ZEROS}{_FIGURES}十]+[年月日]|[0-9]"
    + rf"|(?:(?:^|(?<=...)(?<!共))[{SHORT_LEAD_INS}]|(?<=..)-)(?=(?:{OPENINGS}).)"
)
_REST = r"(?=.)(?![^(]*\))"  # something is left, and no bracket is torn
_BEFORE_ISSUER = re.compile(rf"(?:{_LEADS}){_REST}")
_BEFORE_CODE = re.compile(rf"(?:{_LEADS}|(?:{_BODIES})(?=(?:{OPENINGS}).)|(?<=...)(?=沪|国发|国办|中发|中办)){_REST}")
_OPENING = re.compile(rf"(?:{OPENINGS}){_REST}")
_WITHIN_NUMBER = re.compile(r"\s{0,8}[(\[〔【（［)\]〕】）］0-9０-９年第号令]")
_PLAUSIBLE_CODE = re.compile(rf"(?:{OPENINGS}).|.+(?:公告|通告|[发字函办规令])$")


@dataclass(frozen=True)
class DocumentNumber:
    """A document's number, as `parse` and `find` make it.

    `code` is the issuer's code (松委发) or, of an order, the issuer (上海市人民政府); `year` is None for an order;
    `serial` is text without leading zeros (`97`, `2-1`).
    """

    code: str
    year: int | None
    serial: str

    @property
    def canonical(self) -> str:
        """Give the one way in which the number is written."""
        if self.year is None:
            return f"{self.code}令第{self.serial}号"
        return f"{self.code}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True)
class Mention:
    """A number inside a text: `text[start:end] == printed`."""

    number: DocumentNumber
    printed: str
    start: int
    end: int


def parse(text: str) -> DocumentNumber | None:
    """Read a text that is one document number; None where it is not.

    Brackets around the whole, words that lead up to it, an issuer spelled out before its code and 文 or 文件 behind it
    are let pass, so that it reads what `find` reads.
    """
    folded = key(text).upper()
    if folded.startswith("(") and folded.endswith(")"):
        folded = folded[1:-1]
    folded = _DOCUMENT.sub("", folded)
    for tail in _TAIL.finditer(folded):
        if tail.end() < len(folded) or tail.start() > _LONGEST_RUN:
            continue
        if code := _CODE.match(folded[: tail.start()]):
            read = _read(code.group(), tail, ())
            return read and read[0]
    return None


def find(text: str) -> list[Mention]:
    """Find the document numbers in running text, in their order."""
    folded, places, blanks = _fold(text)
    found: list[Mention] = []
    free = 0
    for tail in _TAIL.finditer(folded):
        first = max(free, tail.start() - _LONGEST_RUN)
        code = _CODE.search(folded[first : tail.start()])
        if code is None or folded[tail.end() : tail.end() + 1] in tuple(_NO_DOCUMENT):
            continue
        first += code.start()
        within = blanks[bisect_right(blanks, first) : bisect_left(blanks, tail.start())]
        read = _read(code.group(), tail, [at - first for at in within])
        if read and _plausible(read[0], tail):
            start, end = places[first + read[1]], places[tail.end() - 1] + 1
            found.append(Mention(read[0], text[start:end], start, end))
            free = tail.end()
    return found


def _fold(text: str) -> tuple[str, list[int], list[int]]:
    """Fold as `key` does, but keep title marks and line ends, which end a code; remember places and blanks."""
    folded: list[str] = []
    places: list[int] = []
    blanks: list[int] = []
    for place, char in enumerate(text):
        if char.isspace():
            blanks.append(len(folded))
            # A line end inside a number is only layout; before a word it ends what stood there.
            if char in "\n\t" and not _WITHIN_NUMBER.match(text, place):
                folded.append("\n")
                places.append(place)
            continue
        for plain in key(char).upper() or ("" if unicodedata.category(char)[0] == "C" else char):
            folded.append(plain)
            places.append(place)
    return "".join(folded), places, blanks


def _read(run: str, tail: re.Match[str], blanks: Sequence[int]) -> tuple[DocumentNumber, int] | None:
    """Read a number from the run of words before its tail; give also how much of the run is not its code."""
    groups = tail.groupdict()
    printed_year = groups["y1"] or groups["y2"]
    year = _year(printed_year) if printed_year else None
    serial = _serial(next(groups[name] for name in ("s1", "s2", "s3", "s4", "s5") if groups[name]))
    skipped = _skipped(run, blanks, is_order=printed_year is None)
    code = run[skipped:]
    if serial is None or (printed_year and year is None) or not re.search(r"[^A-Z0-9()-]", code):
        return None
    if code in LEAD_INS or code in SHORT_LEAD_INS or code.endswith(("第", "年", "月", "日")):
        return None
    if groups["o1"] or groups["o2"]:
        code += "令"  # 财政部2019年第1号令 is 财政部令〔2019〕1号
    return DocumentNumber(code, year, serial), skipped


def _skipped(run: str, blanks: Sequence[int], *, is_order: bool) -> int:
    """Count the characters at the start of a run that lead up to its code."""
    # A blank parts words only where enough stands before it: 沪 松府办 is one code.
    skipped = max((at for at in blanks if at >= 3 and _OPENING.match(run, at)), default=0)
    pattern = _BEFORE_ISSUER if is_order else _BEFORE_CODE
    while lead := pattern.search(run[skipped:]):
        skipped += lead.end()
    opened = re.match(r"(?:-|\(.*?\))+", run[skipped:])  # a code starts with a word
    return skipped + opened.end() if opened else skipped


def _plausible(number: DocumentNumber, tail: re.Match[str]) -> bool:
    """Tell a number from other text of its form: 本刊2021年第3号 has no code, 密令第5号 no issuer."""
    if number.year is None:
        return number.code[-1] in _ISSUER_ENDS
    return tail["y1"] is not None or _PLAUSIBLE_CODE.match(number.code) is not None


def _year(printed: str) -> int | None:
    year = int("".join(_figure(char) for char in printed))
    return year if 1900 <= year <= 2099 else None


def _serial(printed: str) -> str | None:
    if printed[0].isascii() and printed[0].isdigit():
        numbers = [int(number) for number in printed.split("-")]
        return "-".join(map(str, numbers)) if numbers[0] else None
    value = _chinese(printed)
    return str(value) if value else None


def _figure(char: str) -> str:
    return "0" if char in _ZEROS else str(_FIGURES.index(char) + 1) if char in _FIGURES else char


def _chinese(printed: str) -> int | None:
    """Read a Chinese numeral, by place (二〇〇) or by unit (二百零三); None where it is malformed."""
    if not any(unit in printed for unit in _TENS):
        return int("".join(map(_figure, printed)))
    if not _CHINESE_UNITS.fullmatch(printed):
        return None
    total, figure = 0, 0
    for char in printed:
        if char in _TENS:
            total += (figure or 1) * _TENS[char]
            figure = 0
        else:
            figure = int(_figure(char))
    return total + figure
