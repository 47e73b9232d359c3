"""What begins a narrative or one of its sections: headings by their words and numbers, and lines that name a project.

Text in; the heading (meaning, word, number, the text behind it) or the name out. The words are those of labels.toml.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from jixiao.ingest.rendition import Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values.plain import folded, plain
from jixiao.ontology.numerals import FIGURES

NUMBER = (
    rf"(?P<cn>[{FIGURES}十]{{1,3}})[、.．]|[（(](?P<cnb>[{FIGURES}十]{{1,3}})[）)]、?"
    r"|[（(]?(?P<arb>\d{1,2})[）)]、?|(?P<ar>\d{1,2})[、.．](?!\d)"
)
_NUMBERED = re.compile(rf"(?:{NUMBER})\s*(?P<text>.*)", re.DOTALL)
_TITLE_OF_ITEM = re.compile(r"[^，,；;、]{2,16}?(?:[。:：].*)?", re.DOTALL)
_TITLE_ALONE = re.compile(r"[^，,；;、。:：《》]{2,16}")
_QUOTED = re.compile(r"[“\"'‘「](?P<name>[^“”\"「」]{2,60})[”\"'’」](?:项目|专项)(?:情况|情况说明)?[。:：]?")
_PLAIN_NAME = re.compile(r"(?P<name>[^。；;，,:：]{2,60})[。:：]?")
_MASKED = re.compile(r"[*＊]{2}")
# A project's headings stand within so many rows below the line that names it; fewer are no narrative.
_REACH, _FEWEST = 60, 3
_SENTENCE_END = re.compile(r"[。；;！!》”）)]\s*$")
BASIS_SECTION = "立项依据"
OVERVIEW_SECTION = "项目概述"  # the first of a narrative's headings


@dataclass(frozen=True)
class Number:
    """The number of a heading or item: the way in which it is written, and its value."""

    style: str
    value: int

    def follows(self, other: "Number | None") -> bool:
        return other is not None and self.style == other.style and self.value == other.value + 1


@dataclass(frozen=True)
class Heading:
    """A section's heading: what it means, its word as printed, its number, and the text behind it."""

    meaning: str
    word: str
    number: Number | None
    rest: str

    @property
    def canonical(self) -> bool:
        return self.word == self.meaning


def longest_first(words: Iterable[str]) -> str:
    """Words as alternatives, none hidden by one that it begins with."""
    return "|".join(sorted(words, key=len, reverse=True))


@cache
def _heading() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<label>{longest_first(labels().sections)})\s*(?:(?P<end>[:：。])\s*(?P<rest>.*))?", re.DOTALL
    )


def number(text: str) -> tuple[Number, str] | None:
    """The number at the start of a text and what stands behind it; None where there is none."""
    found = _NUMBERED.fullmatch(text)
    if not found:
        return None
    style = next(name for name in ("cn", "cnb", "arb", "ar") if found[name])
    value = int(found[style]) if found[style].isdigit() else _value(found[style])
    return Number(style, value), found["text"]


def _value(figures: str) -> int:
    tens, ten, ones = figures.rpartition("十")
    return (10 * (FIGURES.find(tens) + 1 if tens else 1) if ten else 0) + FIGURES.find(ones[:1] or "-") + 1


def heading(text: str, *, within: bool = False) -> Heading | None:
    """The section heading that a text is or begins with, such as `二、立项依据` or `(2)立项依据。根据…`.

    `within` is whether the text stands in a narrative: only there may a heading without a number be a synonym, or
    have text behind its colon.
    """
    shown = plain(text)
    numbered = number(shown)
    found = _heading().fullmatch(numbered[1] if numbered else shown)
    if not found:
        return None
    rest = found["rest"] or ""
    single = Heading(labels().sections[found["label"]], found["label"], numbered[0] if numbered else None, rest)
    if not numbered and not within and (rest or found["end"] == "。" or not single.canonical):
        return None
    return single if numbered or found["end"] != "。" else None


def number_of(text: str) -> Number | None:
    """The number that a line begins with."""
    found = number(plain(text))
    return found[0] if found else None


def is_titled(text: str, *, alone: bool) -> bool:
    """Whether a numbered line reads as a section's heading: a few words, and text behind them unless `alone`."""
    found = number(plain(text))
    return bool(found and (_TITLE_ALONE if alone else _TITLE_OF_ITEM).fullmatch(found[1]))


def named_above(rows: Sequence[Row], index: int) -> str | None:
    """The name, as printed, of a line that stands right above a narrative's headings and names its project.

    It is in quotes (“某”项目), behind a label (项目名称：某), or all that a numbered line above 项目概述 says.
    """
    row = rows[index]
    if len(row.filled) != 1 or heading(row.filled[0].text):
        return None
    shown = plain(row.filled[0].text)
    numbered = number(shown)
    line = numbered[1] if numbered else shown
    label, _, value = line.replace("：", ":").partition(":")
    labelled = labels().fields.get(bare(label)) == "name"
    quoted = _QUOTED.fullmatch(line)
    below = _headings(rows[index + 1 : index + 1 + _REACH], worded=labelled or quoted is not None)
    if len({found.meaning for found in below}) < _FEWEST or (numbered and below[0].number == numbered[0]):
        return None
    single = _PLAIN_NAME.fullmatch(line) if numbered and below[0].meaning == OVERVIEW_SECTION else None
    titled = labels().line("narrative_title", line)
    if numbered and titled and titled["before"]:
        return titled["before"]
    name = value if labelled else quoted["name"] if quoted else single["name"] if single else ""
    if not name.strip() or _MASKED.search(name) or not (labelled or quoted or is_name(name)):
        return None
    return name.strip()


def _headings(rows: Sequence[Row], *, worded: bool) -> list[Heading]:
    """The headings below a name, from the first row on, in the order of their numbers; up to the next name.

    `worded` is whether headings without numbers count, too.
    """
    found = _run(rows, worded=worded)
    begun = found[0].number if found else None
    return found if found and (begun is None or begun.value == 1) else []


def _run(rows: Sequence[Row], *, worded: bool = False) -> list[Heading]:
    """Return the headings from the first row on whose numbers go on."""
    found: list[Heading] = []
    for row in rows:
        single = heading(row.filled[0].text, within=worded) if len(row.filled) == 1 else None
        if single and (not found or _goes_on(single.number, found[-1].number)):
            found.append(single)
        elif not found:
            return []
    return found


def begins_midway(rows: Sequence[Row], index: int) -> bool:
    """Return whether a narrative begins at a row without its title, be it with a later heading than the first."""
    found = _run(rows[index : index + _REACH])
    return bool(found and found[0].number) and len({single.meaning for single in found}) >= _FEWEST


def basis_alone(rows: Sequence[Row], index: int) -> int | None:
    """Return the row behind a basis that stands alone, such as `立项依据：《某办法》`, or None for any other row."""
    found = heading(rows[index].text, within=True)
    if not found or found.meaning != BASIS_SECTION or not found.rest.strip():
        return None
    end = index + 1
    while end < len(rows) and _may_go_on(rows[end - 1], rows[end]):
        end += 1
    return end


def _may_go_on(above: Row, row: Row) -> bool:
    """Return whether a line may be the rest of the sentence above: no label, heading or title."""
    text = row.text
    known = labels().is_title(text) or heading(text, within=True) or labels().is_label(bare(text.partition("：")[0]))
    return len(row.cells) == 1 and not known and not _SENTENCE_END.search(above.text)


def _goes_on(number: Number | None, last: Number | None) -> bool:
    return number.follows(last) if number else last is None


def is_name(text: str) -> bool:
    """Whether a text can name a project: more than words of any heading, and no body or place alone."""
    found = labels().line("general_words", text)
    own = found["own"] if found else ""
    return bool(own) and not labels().line("not_a_name", own) and not labels().is_label(bare(text))


@cache
def _title() -> re.Pattern[str]:
    # 项目 before the first of them is the last of the name.
    words = longest_first({word.removeprefix("项目") for word in labels().sections})
    return re.compile(
        rf"(?P<before>.{{4,60}}?)的?(?:{words})(?:[、,和及与]+(?:项目)?(?:{words})){{1,}}等?(?:有关|相关)?"
        r"(?:情况|内容)?(?:的)?(?:公示|说明|公开|公告)?"
    )


def named_by_title(text: str) -> str | None:
    """The project in a title such as `某项目立项依据、实施主体、预算安排及绩效目标情况公示`, folded."""
    found = _title().fullmatch(folded(text))
    return found["before"] if found and is_name(found["before"]) else None
