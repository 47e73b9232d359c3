"""Recognize headings of narratives, lines that name a project, and documents of other kinds by their titles.

Functions take a text or rows, and return a heading (meaning, word, number, the text after it) or a name. The words of
headings are in labels.toml, their patterns in headings.toml.

Documents of other kinds (self-evaluations, targets of whole departments, final accounts) are known by their titles,
their cells or their text: in a file that also holds targets of projects, they are left out; a file of nothing else is
refused. The kinds are in [kind] of labels.toml.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import OtherKind, bare, labels
from jixiao.ingest.roles.role import Kind, of_text
from jixiao.ingest.values.plain import folded, plain
from jixiao.ontology.numerals import serial
from jixiao.ontology.text.wording import Wording, alternatives

_PACKAGE = "jixiao.ingest.roles"
_SECTIONS = Wording(_PACKAGE, "sections.toml")
SECTIONS: Mapping[str, str] = _SECTIONS.tables["sections"]
"""The sections that the program asks for, by the names used in the code."""
BASIS_SECTION = SECTIONS["basis"]
TARGET_SECTION = SECTIONS["targets"]
OVERVIEW_SECTION = SECTIONS["overview"]  # the first of a narrative's headings
HEADINGS = Wording(
    _PACKAGE,
    "headings.toml",
    {"sections": alternatives(labels().sections)},
)
_NUMBERED, _HEADING, _TITLE_OF_ITEM = (
    HEADINGS.pattern(name, re.DOTALL) for name in ("numbered", "heading", "title_of_item")
)
_TITLE_ALONE, _QUOTED, _PLAIN_NAME, _MASKED, _LABELLED, _MONEY, _IN_DATA, _TITLE_OF_PAGE, _LEAD, _SUM = (
    HEADINGS.pattern(name)
    for name in (
        "title_alone",
        "quoted",
        "plain_name",
        "masked",
        "labelled",
        "money",
        "in_data",
        "title_of_page",
        "lead",
        "sum",
    )
)
# A project's headings are at most this many rows below its name; fewer headings than this are no narrative.
_REACH = 60  # most rows from a line that names a project to its headings
_MOST_BESIDE = 3  # most rows between the title of a page and the first heading
_FEWEST = 3  # least number of headings below a line that names a project
_KINDS = Wording("jixiao.ingest.roles", "kinds.toml")
_OF_TARGETS, _REPORT, _HEADS = (_KINDS.pattern(name) for name in ("of_targets", "report", "heads"))
_FRONT = 12  # most rows from the start of a file to the title of the whole document
_TOP = 3  # most rows from the start of a file to a title above narratives


@dataclass(frozen=True)
class Number:
    """The number of a heading or item: its style (such as 一、 or 1.) and its value."""

    style: str
    value: int

    def follows(self, other: "Number | None") -> bool:
        """Return whether this number is the next one after another of the same style."""
        return other is not None and self.style == other.style and self.value == other.value + 1


@dataclass(frozen=True)
class Heading:
    """A section's heading: its meaning, its word as printed, its number, and the text after it."""

    meaning: str
    word: str
    number: Number | None
    rest: str

    @property
    def canonical(self) -> bool:
        """Return whether the word is the section's own name, not a synonym."""
        return self.word == self.meaning


@dataclass(frozen=True)
class Named:
    """The name of a narrative's project as printed, its cell, and the index of the row below."""

    name: str
    cell: Cell
    below: int


def number(text: str) -> tuple[Number, str] | None:
    """Return the number at the start of a text and the text after it, or None."""
    found = _NUMBERED.fullmatch(text)
    if not found:
        return None
    style = next(name for name in ("cn", "cnb", "arb", "ar") if found[name])
    figures = found[style] if found[style].isdigit() else serial(found[style])
    return Number(style, int(figures or 0)), found["text"]


@lru_cache(maxsize=8192)  # several stages ask for the same lines
def heading(text: str, *, within: bool = False) -> Heading | None:
    """Return the section heading that a text is or begins with, or None: `二、立项依据`, `(2)立项依据。根据…`.

    `within` is true for a text in a narrative: only there may a heading without a number be a synonym, or have text
    after its colon.
    """
    shown = plain(text)
    numbered = number(shown)
    found = _HEADING.fullmatch(numbered[1] if numbered else shown)
    if not found:
        return _of_item(*(numbered or (None, shown))) if numbered or within else None
    rest = found["rest"] or ""
    single = Heading(labels().sections[found["label"]], found["label"], numbered[0] if numbered else None, rest)
    if not numbered and (found["end"] == "。" or not (within or (single.canonical and not rest))):
        return None
    return single


def _of_item(own: Number | None, text: str) -> Heading | None:
    """Return the heading of an item whose label is like a section's, or one for money with a sum behind it."""
    found = _LABELLED.fullmatch(text)
    meaning = labels().sections.get(bare(found["label"])) if found else None
    if found and not meaning and _MONEY.fullmatch(text):
        meaning = SECTIONS["budget"]
    return Heading(meaning, found["label"], own, found["rest"]) if found and meaning else None


def number_of(text: str) -> Number | None:
    """Return the number at the start of a line, or None."""
    found = number(plain(text))
    return found[0] if found else None


def is_labelled(text: str) -> bool:
    """Return whether a line is a label of a few words, perhaps behind a number, a colon, and a text."""
    numbered = number(plain(text))
    found = _LABELLED.fullmatch(numbered[1] if numbered else plain(text))
    return bool(found and found["rest"])


def is_titled(text: str, *, alone: bool) -> bool:
    """Return whether a numbered line reads as a heading: a few words, followed by text unless `alone`."""
    found = number(plain(text))
    return bool(found and (_TITLE_ALONE if alone else _TITLE_OF_ITEM).fullmatch(found[1]))


def named_above(rows: Sequence[Row], index: int, *, begun: bool = False) -> Named | None:
    """Return the name in a line above a narrative's headings, or in the first section of the narrative, or None.

    The name is in quotes (“某”项目), follows a label (项目名称：某), is below the heading 一、项目名称, is all the text
    of a numbered line above 项目概述, or is in the title of a page that the page's data repeat.
    """
    row = rows[index]
    if len(row.filled) != 1 or heading(row.filled[0].text):
        return None
    shown = plain(row.filled[0].text)
    numbered = number(shown)
    line = numbered[1] if numbered else shown
    label, _, value = line.replace("：", ":").partition(":")
    labelled = labels().fields.get(bare(label)) == "name"
    if labelled and numbered and not value.strip():
        return _named_below(rows, index, numbered[0])
    if told := None if numbered or labelled else _told_above(rows, index):
        return told
    quoted = _QUOTED.fullmatch(line)
    certain = labelled or quoted is not None
    below = _headings(rows[index + 1 : index + 1 + _REACH], worded=certain, above=numbered[0] if numbered else None)
    # The text may break off in a section.
    fewest = (1 if labelled else _FEWEST - 1) if certain and index + 1 + _REACH > len(rows) else _FEWEST
    if not below or len({found.meaning for found in below}) < fewest or (numbered and below[0].number == numbered[0]):
        return None if numbered or certain else _on_page(rows, index, begun=begun)
    single = _PLAIN_NAME.fullmatch(line) if numbered and below[0].meaning == OVERVIEW_SECTION else None
    titled = labels().line("narrative_title", line)
    before = titled["before"] if numbered and titled else ""
    name = before or (value if labelled else quoted["name"] if quoted else single["name"] if single else "")
    if not name.strip() or _MASKED.search(name) or not (before or labelled or quoted or is_name(name)):
        return None if numbered or certain else _on_page(rows, index, begun=begun)
    return Named(name.strip(), row.filled[0], index + 1)


def _on_page(rows: Sequence[Row], index: int, *, begun: bool) -> Named | None:
    """Return the name in a page's title above 项目概述, if the page's data repeat it or a narrative has `begun`."""
    cell, below = rows[index].filled[0], range(index + 1, min(index + 2 + _MOST_BESIDE, len(rows)))
    named = _TITLE_OF_PAGE.fullmatch(folded(cell.text))
    if not named or not is_name(named["name"]):
        return None
    first = next((at for at in below if (found := heading(rows[at].text)) and found.meaning == OVERVIEW_SECTION), None)
    data = (_IN_DATA.fullmatch(folded(row.text)) for row in rows[max(0, index - _REACH) : index])
    told = begun or any(each and each["title"] == folded(cell.text) for each in data)
    return Named(named["name"], cell, first) if first and told else None


def _named_below(rows: Sequence[Row], index: int, own: Number) -> Named | None:
    """Return the name in the line below the heading 一、项目名称 if a heading with the next number follows."""
    below = rows[index + 1] if index + 1 < len(rows) else Row(())
    found = _PLAIN_NAME.fullmatch(plain(below.filled[0].text)) if len(below.filled) == 1 else None
    sections = _run(rows[index + 2 : index + 2 + _REACH])
    if not found or not sections or not sections[0].number or not sections[0].number.follows(own):
        return None
    return Named(found["name"].strip(), below.filled[0], index + 2)


def _told_above(rows: Sequence[Row], index: int) -> Named | None:
    """Return the name in a sentence above points (1.实施地点：…) of which one has targets and one repeats its sum."""
    cell, below = rows[index].filled[0], index + 1
    points = _run(rows[below : below + _REACH], worded=True) if _SUM.search(cell.text) else []
    sums = {found for point in points if point.meaning == SECTIONS["budget"] for found in _SUM.findall(point.rest)}
    named = {found["name"] for found in _LEAD.finditer(folded(cell.text)) if is_name(found["name"])}
    told = any(point.meaning == TARGET_SECTION for point in points) and sums & {*_SUM.findall(cell.text)}
    return Named(named.pop(), cell, below) if told and len(named) == 1 else None


def _headings(rows: Sequence[Row], *, worded: bool, above: Number | None) -> list[Heading]:
    """Return the headings below a name, from the first row up to the next name.

    Their numbers begin with 1, or go on behind that of the name `above`. With `worded`, headings without numbers
    count, and numbered points with other labels may stand between them.
    """
    found = _run(rows, worded=worded)
    begun = found[0].number if found else None
    goes_on = begun and above and begun.style == above.style and begun.value > above.value
    is_list = goes_on and any(each.meaning == TARGET_SECTION for each in found)
    return found if begun is None or begun.value == 1 or is_list else []


def _run(rows: Sequence[Row], *, worded: bool = False) -> list[Heading]:
    """Return the headings from the first row on that have consecutive numbers.

    With `worded`, headings without numbers count, and numbered points with other labels may stand between them.
    """
    found: list[Heading] = []
    last: Number | None = None
    for row in rows:
        text = row.filled[0].text if len(row.filled) == 1 else ""
        single = heading(text, within=worded) if text else None
        own = single.number if single else number_of(text) if worded and is_labelled(text) else None
        begins = not found and last is None
        if (single or own) and (begins or (own.follows(last) if own else last is None)):
            found += [single] if single else []
            last = own
        elif begins:
            return []
    return found


def begins_midway(rows: Sequence[Row], index: int) -> bool:
    """Return whether a narrative without a title begins at a row, perhaps with a later heading than the first."""
    found = _run(rows[index : index + _REACH])
    return bool(found and found[0].number) and len({single.meaning for single in found}) >= _FEWEST


def is_name(text: str) -> bool:
    """Return whether a text can name a project: it is more than general words, no body or place only, and no level."""
    found = labels().line("general_words", text)
    own = found["own"] if found else ""
    told = of_text(text)
    return bool(own) and not labels().line("not_a_name", own) and not told.is_label and told.kind is not Kind.LEVEL


def kind_of_title(row: Row) -> str | None:
    """Return the kind (a key of [kind] in labels.toml) of which a row is the title, or None."""
    text = folded(row.filled[0].text) if len(row.filled) == 1 else ""
    return _titled(_parts(), [text]) if _OF_TARGETS.search(text) else None


def kind_of_cells(rows: Iterable[Row]) -> str | None:
    """Return the kind whose own labels are among the cells of a table, or before the colons of lines, or None."""
    cells = {folded(cell.text) for row in rows for cell in row.filled}
    texts = cells | {text.partition(":")[0] for text in cells}
    return next((n for n, kind in _parts().items() if kind.cell and any(map(kind.cell.fullmatch, texts))), None)


def refusal_of_file(rows: Iterable[Row], *, whole_file: bool) -> NotAFilingError | None:
    """Return the refusal of a file without forms that is of a known kind, or None.

    `whole_file` is true if nothing else was found in the file. In a file with narratives, only a title of the file
    counts.
    """
    kept = tuple(rows)
    front = _lines(kept[: _FRONT if whole_file else _TOP])
    found = _titled(_parts(), front)
    if whole_file and not found:
        found = next(filter(None, (*map(kind_of_title, kept), kind_of_cells(kept), _told_by_text(kept, front))), None)
    return refusal_of_kind(found) if found else None


def refusal_of_report(rows: Iterable[Row]) -> NotAFilingError | None:
    """Return the refusal of a report of an evaluation, or None: by its title, which is repeated below the top."""
    told = _lines(kept := tuple(rows))
    repeated = (text for text, count in Counter(told).items() if count > 1)
    reports = filter(_REPORT.search, (*_lines(kept[:_TOP]), *repeated))
    return refusal_of_kind("evaluation") if _titled({"evaluation": labels().kinds["evaluation"]}, reports) else None


def refusal_of_kind(kind: str) -> NotAFilingError:
    """Return the refusal of a file of a kind (a key of [kind] in labels.toml)."""
    return NotAFilingError(labels().kinds[kind].zh, labels().kinds[kind].en)


def _told_by_text(rows: Iterable[Row], front: Iterable[str]) -> str | None:
    """Return the kind shown by words anywhere in the text, where cells run together, or by the title; or None."""
    text = "\n".join(folded(cell.text) for row in rows for cell in row.filled)
    told = next((name for name, kind in labels().kinds.items() if kind.text and kind.text.search(text)), None)
    by_title = _titled({name: kind for name, kind in labels().kinds.items() if not kind.part}, front)
    return by_title if told is None or (told == "unread" and by_title == "budget" and not _HEADS.search(text)) else told


def _titled(kinds: Mapping[str, OtherKind], texts: Iterable[str]) -> str | None:
    """Return the first kind that has one of the texts as its title, or None."""
    lines = tuple(texts)
    return next((name for name, kind in kinds.items() if kind.title and any(map(kind.title.fullmatch, lines))), None)


def _lines(rows: Iterable[Row]) -> list[str]:
    """Return the folded texts of rows with one filled cell."""
    return [folded(row.filled[0].text) for row in rows if len(row.filled) == 1]


def _parts() -> dict[str, OtherKind]:
    """Return the kinds that may share a file with targets of projects."""
    return {name: kind for name, kind in labels().kinds.items() if kind.part}
