"""Define the finding of validation, one fault at one place, and select the source lines around it for an excerpt.

The validator makes findings; a report adds their filing, excerpt and acceptance; the server reads findings back from
the graph of a report. All three use this type, which `groups` folds and counts.

The lines of an excerpt come from the rendition, the text of a file with names of persons masked; the words or cell at
fault are marked. Reports show one excerpt as text, as a page and as data, so this module knows no layout. An excerpt
has a bounded size, however long its lines are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import islice

from jixiao.ontology import identity, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.text import folding
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.marks import Span, cut, pieces
from jixiao.shapes.catalogue import Fault

BLANK = "（空白 blank）"
"""Text shown for a cell at fault that is empty."""

_BETWEEN = " │ "
_EDGE = re.compile(r"\t|[|│┃｜]")
_OUTER = re.compile(r"^[|│┃｜]|[|│┃｜]$")
_FIGURE_BEFORE, _FIGURE_BEHIND = re.compile(r"\d[.,]?$"), re.compile(r"[.,]?\d")
Cell = tuple[int, int | None]
"""A line of the rendition (from 1) and the column of a cell in its row (from 0), or None if it is not known."""

# Characters and marks shown per line of an excerpt: a file may be one line with a thousand findings.
_LONGEST, _MOST_MARKS = 4_000, 50
_MOST_WITH_NEIGHBOURS = 4  # lines of a finding beyond which it is a sum, whose rows need no others beside them


@dataclass(frozen=True)
class SourceLine:
    """One line of a rendition: number (from 1), text (cells separated by tabs), and its place in the file, in words."""

    number: int
    text: str
    place: str = ""


@dataclass(frozen=True)
class Shown:
    """One line of an excerpt: its cells side by side, and the marked spans of this text (from 0).

    A line of more than 4,000 characters is cut to the part around the first mark, with `…` at each cut. `at_fault` is
    true for the finding's own lines and false for the lines around them.
    """

    number: int
    place: str
    text: str
    at_fault: bool
    marks: tuple[Span, ...] = ()

    def pieces(self, most: int | None = None) -> Iterator[tuple[str, bool]]:
        """Split the text into (piece, marked); a text of more than `most` characters is cut around its first mark."""
        text, marks = cut(self.text, self.marks, most, most // 3) if most else (self.text, self.marks)
        return pieces(text, marks)


def excerpt(
    lines: Mapping[int, SourceLine],
    numbers: Sequence[int],
    cells: Iterable[Cell] = (),
    quote: str | None = None,
    blank: bool = False,
) -> tuple[Shown, ...]:
    """Return the lines of a finding and, if these are few, the nearest line with text on either side of each.

    `lines` are the lines of the rendition by number. `numbers` are the lines at fault, of which missing ones are left
    out; on them the words of `quote` are marked or, if the words are not there, the `cells`. `blank` is true if these
    cells are at fault for being blank.
    """
    at_fault = [number for number in numbers if number in lines]
    around = [
        near
        for number in (at_fault if len(at_fault) <= _MOST_WITH_NEIGHBOURS else ())
        for step in (-1, 1)
        for near in _near(lines, number, step)
    ]
    columns = by_key((number, column) for number, column in cells if column is not None)
    shown: list[Shown] = []
    for line in (lines[number] for number in sorted({*at_fault, *around})):
        faulty = line.number in numbers
        marked_columns = set(columns.get(line.number, ())) if faulty else set()
        text, marks = _marked(line.text, marked_columns, quote if faulty else None, blank)
        clipped, inside = cut(text or BLANK, marks, _LONGEST, _LONGEST // 3)
        shown.append(Shown(line.number, line.place, clipped, faulty, inside))
    return tuple(shown)


def merged(excerpts: Iterable[Sequence[Shown]]) -> tuple[Shown, ...]:
    """Merge excerpts of one document: each line once, at fault if it is in any excerpt, with the marks of all."""
    lines: dict[int, Shown] = {}
    for line in (line for each in excerpts for line in each):
        known = lines.get(line.number)
        if known is None or (line.at_fault and not known.at_fault):
            lines[line.number] = line
        elif line.text == known.text:
            lines[line.number] = replace(known, marks=tuple(sorted({*known.marks, *line.marks})))
    return tuple(lines[number] for number in sorted(lines))


def by_number(lines: Iterable[SourceLine]) -> dict[int, SourceLine]:
    """Index lines by number, for `excerpt`."""
    return {line.number: line for line in lines}


def _near(lines: Mapping[int, SourceLine], number: int, step: int) -> Iterator[int]:
    """Yield the number of the nearest line with text, at most three lines away; `step` is 1 (after) or -1 (before)."""
    for distance in range(1, 4):
        line = lines.get(number + distance * step)
        if line and line.text.strip():
            yield line.number
            return


def _marked(
    text: str, columns: Set[int] = frozenset(), quote: str | None = None, blank: bool = False
) -> tuple[str, tuple[Span, ...]]:
    """Put the cells of a line side by side, without blank ones; return the text and its marked spans.

    `columns` are the positions (from 0) of the cells at fault, and `blank` is true if they are at fault for being
    blank. The marks are the words of `quote` within the cells at fault; if there are none, these words anywhere in the
    line; if there are none either, the cells at fault.
    """
    cells = _cells(text)
    filled = [number for number, cell in enumerate(cells) if cell]
    # A row may be spread over several lines, each holding one cell; the column then counts cells of the row.
    at_blank = blank and any(column < len(cells) and not cells[column] for column in columns)
    faulty = (set(filled) or {0}) if columns and len(filled) <= 1 and not at_blank else columns
    shown = ""
    spans: list[Span] = []
    quoted: list[tuple[int, int, bool]] = []
    for number, cell in enumerate(cells):
        if not cell and number not in faulty:
            continue
        shown += _BETWEEN if shown else ""
        begin = len(shown)
        shown += cell or BLANK
        words = islice(occurrences(cell, quote or ""), _MOST_MARKS)
        quoted += ((begin + first, begin + last, number in faulty) for first, last in words)
        if number in faulty:
            spans.append((begin, len(shown)))
    inside = [(first, last) for first, last, within in quoted if within]
    return shown, tuple(inside or [(first, last) for first, last, _ in quoted] or spans)


def _cells(text: str) -> list[str]:
    """Split a line into cells at tabs or bars, without spaces around them; a tab in front makes an empty first cell."""
    if "\t" in text:
        return [cell.strip() for cell in text.split("\t")]
    return [cell.strip() for cell in _EDGE.split(_OUTER.sub("", text.strip()))]


def occurrences(text: str, words: str) -> Iterator[Span]:
    """Find the spans of words in a text, regardless of character width, case and white space.

    Figures match as a whole: 80 is not found in 1,800.
    """
    folded, places = _folded(text)
    wanted, _ = _folded(words)
    start = folded.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        goes_on = (wanted[0].isdigit() and _FIGURE_BEFORE.search(folded, max(0, start - 2), start)) or (
            wanted[-1].isdigit() and _FIGURE_BEHIND.match(folded, end)
        )
        if not goes_on:
            yield places[start], places[end - 1] + 1
        start = folded.find(wanted, end)


@lru_cache(maxsize=64)  # texts cached in folded form, since several findings in turn search the same text
def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text folded as for search, without white space, and for each character its original position."""
    kept = [each for each in zip(*folding.folded_places(text), strict=True) if not each[0].isspace()]
    return "".join(character for character, _ in kept), [place for _, place in kept]


_FILED = re.compile(r"/id/(?:project|filing|evaluation)/([^/#]+)/([^/#]+)(?:/([^/#]+))?")  # body, year, project
_UNKNOWN_BODY = "s-"  # prefix of the body's part of an IRI if the document names no body
_GROUP_LETTERS = 13  # 15 bytes with `g-`: the graph store keeps so short a text inside its triple
_KEY_LETTERS = 16


@dataclass(frozen=True)
class Filed:
    """A filing body and the fiscal year; each is None if the document does not state it."""

    department: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Finding:
    """One fault at one place (sh:ValidationResult).

    The validator states:
    - `fault`: the rule; `component`: its constraint component (the first, if two components find the same fault);
    - `focus_node`: the IRI of the thing at fault; `project`: the IRI of its project;
    - `about`: the label of the project, or of the focus node if there is no project;
    - `part`: the label of the part at fault: an indicator, an item, a section, a cited document;
    - `path` and `value`: the property at fault and its lexical value, if any;
    - `message`: the sentence with its numbers filled in;
    - `lines`: line numbers of the rendition (from 1) in order, empty only if nothing refers to a line; `cells`: cells
      on these lines; `quote`: the words at fault as printed there, if known;
    - `folded`: the value of the variable by which the rule folds its findings, if it has one;
    - `lasting`: the Chinese sentence without the place of another document, which may change while the fault stays, or
      empty;
    - `difference`: the number of yuan by which the amounts of a rule on money differ, if the rule compares amounts.

    A report adds:
    - `iri`: the finding's IRI, or its local name (`r1` …) if the report has no address;
    - `filed`: the filing; `source`: the first 16 digits of the file's SHA-256; `excerpt`: the lines around the finding;
    - `accepted`: the IRI of the decision by which a steward accepts the finding, None if it is open;
    - `stated_group`: the key of the group as an existing report states it.

    For a finding read from a graph, `project` is the thing that the focus node is or belongs to, even if this is a
    filing, and there are neither path nor cells.
    """

    fault: Fault
    focus_node: str
    project: str | None
    about: str | None
    part: str | None
    path: str | None
    value: str | None
    message: Bilingual
    lines: tuple[int, ...]
    cells: tuple[Cell, ...] = ()
    quote: str | None = None
    component: str = field(default=terms.SH_SPARQLConstraintComponent, compare=False)
    folded: str | None = None
    lasting: str = ""
    difference: Decimal | None = None
    iri: str = ""
    filed: Filed = Filed()
    excerpt: tuple[Shown, ...] = ()
    accepted: str | None = None
    source: str = ""
    stated_group: str = ""

    @property
    def level(self) -> str:
        """Local name of the severity."""
        return self.fault.level

    @property
    def anchor(self) -> str:
        """Local name of the finding in its report, by which pages link to it."""
        return self.iri.rpartition("#")[2]

    @property
    def project_name(self) -> str | None:
        """Name of the project that the finding is about, or None if it is about the filing."""
        return (self.about or "") if self.project else None

    @cached_property
    def group(self) -> str:
        """Key of the group of findings that state one fact: `g-` and 13 characters (jx:findingGroup).

        The key is a digest of the rule, the filing, and the value by which the rule folds: the sentence, unless the
        rule says otherwise. It depends neither on lines and file names nor on the address of a store. Body and year are
        read from the address of a project, filing or self-evaluation (docs/design.md, "Identity"); addresses of other
        schemes have neither.
        """
        if self.stated_group:
            return self.stated_group
        address = _FILED.search(self.project or self.focus_node)
        body, year, project = address.groups(default="") if address else ("", "", self.project or "")
        shared = {None: self.lasting or self.message.zh, "filing": "", "project": project}
        alike = shared.get(self.fault.folds_by, self.folded or "")
        told = (self.fault.name, "" if body.startswith(_UNKNOWN_BODY) else body, year, alike)
        return "g-" + identity.digest("\n".join(told), _GROUP_LETTERS)

    @cached_property
    def key(self) -> str:
        """Identifier that stays the same from one check to the next: `f-` and 16 characters.

        The key is a digest of fault, filing body and year, project, part, property, value and sentence; it does not
        depend on line, file or order.
        """
        filed = self.filed.department or "", str(self.filed.year or "")
        place = (self.about or "", self.part or "", self.path or "", self.value or "")
        told = (self.fault.name, *filed, *place, self.lasting or self.message.zh)
        return "f-" + identity.digest("\n".join(told), _KEY_LETTERS)


@dataclass(frozen=True)
class Report:
    """Findings in one document, ordered by line, then fault, then node; equal triples give equal reports."""

    results: tuple[Finding, ...]

    @property
    def refuses(self) -> bool:
        """Return whether a Violation is among the findings, so that the document is refused."""
        return bool(self.violations.results)

    @property
    def violations(self) -> "Report":
        """Report with the violations only, which are the reasons for refusing the document."""
        return Report(tuple(result for result in self.results if result.fault.severity == terms.SH_Violation))
