"""Recognize headings of narratives, lines that name a project, and documents of other kinds by their titles.

Functions take a text or rows, and return a heading (meaning, word, number, the text after it) or a name. The words of
headings are in labels.toml, their patterns in headings.toml.

Documents of other kinds (self-evaluations, targets of whole departments, final accounts) are known by their titles,
their cells or their text: in a file that also holds targets of projects, they are left out; a file of nothing else is
refused. The kinds are in [kind] of labels.toml.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles.labels import OtherKind, asks_for_name, bare, labels
from jixiao.ingest.roles.naming import may_name
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
_TITLE_ALONE, _QUOTED, _PLAIN_NAME, _LABELLED, _MONEY, _IN_DATA, _TITLE_OF_PAGE, _TITLE_OF_SECTIONS, _LEAD, _SUM = (
    HEADINGS.pattern(name)
    for name in (
        "title_alone",
        "quoted",
        "plain_name",
        "labelled",
        "money",
        "in_data",
        "title_of_page",
        "title_of_sections",
        "lead",
        "sum",
    )
)
REACH = 60  # most rows from a line that names a project to its last heading, or from the data of a page to its title
_MOST_BESIDE = 3  # most rows between the title of a page and the first heading
_FEWEST = 3  # least number of headings of a narrative that begins with a later one than the first
_KINDS = Wording("jixiao.ingest.roles", "kinds.toml")
_OF_TARGETS, _REPORT, _OWN_REPORT, _HEADS, _SPOKEN = (
    _KINDS.pattern(name) for name in ("of_targets", "report", "own_report", "heads", "spoken")
)
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
        """Return whether the word is the section's own name, as in labels.toml, and no synonym."""
        return self.word == self.meaning


@dataclass(frozen=True)
class Named:
    """A name that a narrative's project may have, its cell, and the index of the row below that cell.

    `place` is a key of structure/gate.toml: the kind of place in which the name was found, which counts as evidence.
    """

    name: str
    cell: Cell
    below: int
    place: str


def number(text: str) -> tuple[Number, str] | None:
    """Return the number at the start of a text (一、 or (2)), and the text after it; None without a number."""
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
    """Return the heading of an item (`label: text`) whose label is like a section's, or labels money before a sum."""
    found = _LABELLED.fullmatch(text)
    meaning = labels().sections.get(bare(found["label"])) if found else None
    if found and not meaning and _MONEY.fullmatch(text):
        meaning = SECTIONS["budget"]
    return Heading(meaning, found["label"], own, found["rest"]) if found and meaning else None


def number_of(text: str) -> Number | None:
    """Return the number at the start of a line, or None."""
    found = number(plain(text))
    return found[0] if found else None


def missed(read: Iterable[tuple[Number, int]], rows: Iterable[Row]) -> tuple[Place, ...]:
    """Return the places of lines whose numbers are missing among those read, between two of these.

    `read` are numbers, each with its line. In a table, a number may stand alone in the first cell.
    """
    parts = ((row, cell.place(line), text) for row in rows for cell in row.filled[:1] for line, text in cell.parts)
    lines = [(place, number_of(text if len(row.cells) == 1 else f"{text}、")) for row, place, text in parts]
    return tuple(
        place
        for (before, first), (after, last) in pairwise(read)
        for place, own in lines
        if own and first < place.line < last and before.style == own.style and before.value < own.value < after.value
    )


def is_labelled(text: str) -> bool:
    """Return whether a line is a label of a few words, a colon and a text, perhaps after a number."""
    numbered = number(plain(text))
    found = _LABELLED.fullmatch(numbered[1] if numbered else plain(text))
    return bool(found and found["rest"])


def is_titled(text: str, *, alone: bool) -> bool:
    """Return whether a numbered line reads as a heading: a few words, followed by text unless `alone`."""
    found = number(plain(text))
    return bool(found and (_TITLE_ALONE if alone else _TITLE_OF_ITEM).fullmatch(found[1]))


def names(rows: Sequence[Row], index: int, *, begun: bool) -> Iterator[Named]:
    """Yield the names that a row may give to the narrative below it; `begun` is true for the narrative's first row.

    The name follows a label (项目名称：某), is below the heading 一、项目名称, is in quotes (“某”项目), is all the text
    of a numbered line, or is in a sentence or the title of a page that the rows repeat.
    """
    cell = rows[index].filled[0]
    numbered = number(plain(cell.text))
    line = numbered[1] if numbered else plain(cell.text)
    label, _, value = line.replace("：", ":").partition(":")
    titled, quoted, alone = _story(line), _QUOTED.fullmatch(line), _PLAIN_NAME.fullmatch(line)
    if whole := labels().line("narrative_title", cell.text):
        yield Named(whole["before"] or whole["name"] or "", cell, index + 1, "title")
    elif asks_for_name(label) and (value.strip() or not numbered):
        yield Named(value, cell, index + 1, "value")
    elif asks_for_name(label):
        below = rows[index + 1].filled if index + 1 < len(rows) else ()
        found = _PLAIN_NAME.fullmatch(plain(below[0].text)) if len(below) == 1 else None
        yield from [Named(found["name"], below[0], index + 2, "value")] if found else []
    elif quoted or numbered:
        found = quoted or titled or alone
        name = found["before" if found is titled else "name"] if found else ""
        yield from (
            [Named(name or "", cell, index + 1, "heading")] if quoted or titled or may_name(name, "heading") else []
        )
    elif titled:
        yield Named(titled["before"], cell, index + 1, "worded")
    else:
        yield from _repeated(rows, index, begun=begun)


def _repeated(rows: Sequence[Row], index: int, *, begun: bool) -> Iterator[Named]:
    """Yield the name in a sentence whose sum a row below repeats, or in the title of a page that its data repeat.

    `begun` is true for the first row of a narrative.
    """
    cell, below = rows[index].filled[0], rows[index + 1 : index + 1 + REACH]
    line = folded(cell.text)
    sums = {*_SUM.findall(cell.text)}
    named = {found["name"] for found in _LEAD.finditer(line) if may_name(found["name"], "repeated")} if sums else set()
    if len(named) == 1 and any(sums & {*_SUM.findall(row.text)} for row in below):
        yield Named(named.pop(), cell, index + 1, "repeated")
    page = _TITLE_OF_PAGE.fullmatch(line)
    headed = (heading(row.text) for row in below[: _MOST_BESIDE + 1])
    begins = (at for at, found in enumerate(headed, index + 1) if found and found.meaning == OVERVIEW_SECTION)
    if page and (first := next(begins, None)) and may_name(page["name"], "repeated"):
        data = (_IN_DATA.fullmatch(folded(row.text)) for row in rows[max(0, index - REACH) : index])
        told = begun or any(each and each["title"] == line for each in data)
        yield from [Named(page["name"], cell, first, "repeated")] if told else []


def titles_story(text: str) -> bool:
    """Return whether a line is the title of a narrative (某项目经费情况说明, 某项目概况), perhaps after a number."""
    numbered = number(plain(text))
    return _story(numbered[1] if numbered else text) is not None


def _story(text: str) -> re.Match[str] | None:
    """Return the match of a narrative's title: its usual one, or a project's name before words such as 支出预算说明.

    The words may be those of its sections: 某项目立项依据、预算安排及绩效目标公示.
    """
    worded = labels().line("story_title", text), _TITLE_OF_SECTIONS.fullmatch(folded(text))
    return labels().line("narrative_title", text) or next(
        (found for found in worded if found and may_name(found["before"], "title")), None
    )


def points(rows: Iterable[Row]) -> list[tuple[Row, Heading | None]]:
    """Return the rows that carry consecutive numbers, from the first row on, each with its heading.

    The heading is None for an unknown label. Empty if the first row is no point. Such rows are the points of a
    narrative.
    """
    found: list[tuple[Row, Heading | None]] = []
    last: Number | None = None
    for row in rows:
        text = row.filled[0].text if len(row.filled) == 1 else ""
        single = heading(text, within=True) if text else None
        labelled = number_of(text) if is_labelled(text) else None
        own = single.number if single else labelled
        if (single or own) and (not found or (own.follows(last) if own else last is None)):
            found.append((row, single))
            last = own
        elif not found:
            return []
    return found


def begins_midway(rows: Sequence[Row], index: int) -> bool:
    """Return whether a narrative without a title begins at row `index`: numbered headings of several sections.

    The first of them may be a later section than a narrative's usual first one.
    """
    found = [single for _, single in points(rows[index : index + REACH]) if single]
    return bool(found and found[0].number) and len({single.meaning for single in found}) >= _FEWEST


def kind_of_title(row: Row) -> str | None:
    """Return the kind of other document (a key of [kind] in labels.toml) of which a row is the title, or None."""
    text = folded(row.filled[0].text) if len(row.filled) == 1 else ""
    return _titled(_parts(), [text]) if _OF_TARGETS.search(text) else None


def kind_of_cells(rows: Iterable[Row]) -> str | None:
    """Return the kind of other document whose own labels are among the cells of a table, or before colons; or None."""
    cells = {folded(cell.text) for row in rows for cell in row.filled}
    texts = cells | {text.partition(":")[0] for text in cells}
    return next((n for n, kind in _parts().items() if kind.cell and any(map(kind.cell.fullmatch, texts))), None)


def refusal_of_file(rows: Iterable[Row], *, whole_file: bool) -> NotAFilingError | None:
    """Return the refusal of a file without forms that is a known other document (final accounts …), or None.

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
    """Return the refusal of a report of an evaluation, shown by a title at the top or a repeated one; or None."""
    told = _lines(kept := tuple(rows))
    repeated = (text for text, count in Counter(told).items() if count > 1)
    reports = filter(_REPORT.search, (*_lines(kept[:_TOP]), *repeated))
    return refusal_of_kind("evaluation") if _titled({"evaluation": labels().kinds["evaluation"]}, reports) else None


def reports_on_itself(rows: Iterable[Row]) -> bool:
    """Return whether a report of an evaluation is by the body that it is about: 自评报告."""
    return any(map(_OWN_REPORT.search, _lines([*rows][:_TOP])))


def is_specimen(rows: Iterable[Row]) -> bool:
    """Return whether a line at the top says that a text was put together as a specimen: 通用9篇, 小编整理."""
    text = labels().kinds["sample"].text
    return text is not None and any(map(text.search, _lines([*rows][:_TOP])))


def refusal_of_kind(kind: str) -> NotAFilingError:
    """Return the refusal of a file of a kind (a key of [kind] in labels.toml)."""
    refusal = NotAFilingError(labels().kinds[kind].zh, labels().kinds[kind].en)
    refusal.kind = kind
    return refusal


def _told_by_text(rows: Iterable[Row], front: Iterable[str]) -> str | None:
    """Return the kind of other document that words anywhere in the text show, or else a title; or None.

    Words in the text count because cells may run together; those that a sentence speaks of do not. `front` are the
    lines at the top, which may be titles.
    """
    text = _SPOKEN.sub("", "\n".join(folded(cell.text) for row in rows for cell in row.filled))
    told = next((name for name, kind in labels().kinds.items() if kind.text and kind.text.search(text)), None)
    by_title = _titled({name: kind for name, kind in labels().kinds.items() if not kind.part}, front)
    return by_title if told is None or (told == "unread" and by_title == "budget" and not _HEADS.search(text)) else told


def _titled(kinds: Mapping[str, OtherKind], texts: Iterable[str]) -> str | None:
    """Return the first of `kinds` that has one of the texts as its title, or None."""
    lines = tuple(texts)
    return next((name for name, kind in kinds.items() if kind.title and any(map(kind.title.fullmatch, lines))), None)


def _lines(rows: Iterable[Row]) -> list[str]:
    """Return the texts of rows with one filled cell, in the form in which patterns match them (folded)."""
    return [folded(row.filled[0].text) for row in rows if len(row.filled) == 1]


def _parts() -> dict[str, OtherKind]:
    """Return the kinds of other documents that may be in one file with targets of projects."""
    return {name: kind for name, kind in labels().kinds.items() if kind.part}
