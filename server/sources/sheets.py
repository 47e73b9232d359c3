"""Arrange a source's lines for its web page: in parts, each a sequence of paragraphs and tables.

A part is a page of the file, or LINES_A_PART lines of a file without pages, such as a CSV file. A table row or
paragraph that crosses the boundary of two parts is shown completely in both.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from jixiao.ontology import grouping, terms
from jixiao.server.editions import renditions
from jixiao.server.editions.source_lines import LINES_A_PART
from jixiao.server.runtime.service import Service

USES = ("fact", "boilerplate", "person", "part", "unread", "aside", "outside")
"""The uses of lines that hold text, in the order of the legend."""


@dataclass(frozen=True)
class Reading:
    """Facts read from one line that have the same properties, and the nodes that the facts are about, in order."""

    nodes: tuple[str, ...]
    facts: tuple[Mapping[str, Any], ...]

    @property
    def things(self) -> dict[str, str]:
        """The first node of each thing that the facts are about, by the thing's IRI."""
        return {node.partition("#")[0]: node for node in reversed(self.nodes)}


@dataclass(frozen=True)
class Part:
    """A part of a source: its number from 1, its lines with text, the projects that begin on it, and counts of uses."""

    number: int
    lines: tuple[renditions.Line, ...]
    projects: tuple[str, ...]
    uses: Mapping[str, int]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Blocks of consecutive lines: either the `lines` of paragraphs or the `rows` of one table."""
        return [
            {"lines": list(lines), "rows": []} if table is None else {"lines": [], "rows": _rows(list(lines))}
            for table, lines in groupby(self.lines, lambda line: line.table if line.cell else None)
        ]

    @staticmethod
    def readings(line: renditions.Line) -> list[Reading]:
        """Return the facts read from a line, in groups of nodes with facts of the same properties and reasons."""
        alike = grouping.by_key(
            (tuple(dict.fromkeys((fact["property"], fact.get("why")) for fact in facts)), (node, facts))
            for node, facts in grouping.by_key((fact["node"], fact) for fact in line.facts).items()
        )
        return [
            Reading(tuple(node for node, _ in each), tuple(fact for _, facts in each for fact in facts))
            for each in alike.values()
        ]


def parts(lines: Sequence[renditions.Line], pages: Iterable[int] = ()) -> tuple[Part, ...]:
    """Return the parts of a source; `pages` are the numbers of all its pages, also of those without text."""
    if any(line.page is not None for line in lines):
        by_page = grouping.by_key(
            (page, line)
            for line in lines
            for page in [int(box[0]) for box in line.boxes] or ([] if line.page is None else [line.page])
        )
        return tuple(_part(number, by_page.get(number, [])) for number in sorted({*pages, *by_page}))
    count = max((lines[-1].n - 1) // LINES_A_PART + 1, 1) if lines else 1
    return tuple(_part(number, _within(lines, number)) for number in range(1, count + 1))


def elsewhere(all_parts: Iterable[Part], shown: Part) -> dict[int, list[int]]:
    """Return, by the number of each part, the lines that begin on that part and are not on the part `shown`.

    Lines are given by their numbers.
    """
    seen = {line.n for line in shown.lines}
    others: dict[int, list[int]] = {}
    for part in all_parts:
        others[part.number] = [line.n for line in part.lines if line.n not in seen]
        seen.update(others[part.number])
    return others


def uses(lines: Iterable[renditions.Line]) -> dict[str, int]:
    """Count the lines with text by their use, in the order of USES; a use without lines is left out."""
    counts = Counter(line.use for line in lines if line.text.strip())
    return {use: counts[use] for use in USES if counts[use]}


_OF_FORMS = frozenset(
    {
        *(terms.totalAmount, terms.annualRequest, terms.fiscalFunds, terms.implementingUnit, terms.competentDepartment),
        *(terms.indicatorType, terms.printedLevel1, terms.printedLevel2, terms.hasGoal),
    }
)
"""Properties that forms and tables of targets state, and narratives do not."""


def has_form(lines: Iterable[renditions.Line]) -> bool:
    """Return True if the lines are those of a form or table of targets, by the facts that were read from them.

    Such a fact has a property that only forms state, or is about a whole thing and stands in a cell behind another:
    tables in narratives give facts about parts alone.
    """
    return any(
        fact["property"] in _OF_FORMS or (any(fact.get("columns", ())) and "#" not in fact["node"])
        for line in lines
        for fact in line.facts
    )


def share(uses: dict[str, int]) -> float:
    """Return the share (0 to 1) of understood lines among the lines with text; `uses` counts these lines by use.

    Lines outside forms and narratives do not count; if no others are left, the share is 1.
    """
    inside = sum(count for use, count in uses.items() if use != "outside")
    return 1.0 - (uses.get("unread", 0) + uses.get("part", 0)) / inside if inside else 1.0


def _within(lines: Sequence[renditions.Line], number: int) -> list[renditions.Line]:
    """Return the lines of part `number` of a file without pages, completing table rows at its beginning and end."""
    first, last = (number - 1) * LINES_A_PART + 1, number * LINES_A_PART
    inside = [line for line in lines if first <= line.n <= last]
    cut = {line.cell[0] for line in (*inside[:1], *inside[-1:]) if line.cell}
    return [line for line in lines if first <= line.n <= last or (line.cell and line.cell[0] in cut)]


def _part(number: int, lines: Sequence[renditions.Line]) -> Part:
    # Blank cells are shown in rows with text only.
    rows = {line.cell[0] for line in lines if line.cell and (line.text.strip() or line.facts)}
    shown = tuple(line for line in lines if line.text.strip() or line.facts or (line.cell and line.cell[0] in rows))
    named = (fact["node"] for line in lines for fact in line.facts if fact["property"] == terms.RDFS_label)
    return Part(number, shown, tuple(dict.fromkeys(node for node in named if "#" not in node)), uses(shown))


def _rows(lines: Sequence[renditions.Line]) -> list[list[dict[str, Any]]]:
    """Return the rows of a table from its lines; each row is a list of cells.

    A cell spans the columns up to the next cell of its row; the last cell spans those up to the table's last column.
    """
    rows = grouping.by_keys((*(line.cell or (0, 0)), line) for line in lines).values()
    width = 1 + max(column for row in rows for column in row)
    return [_row(row, width) for row in rows]


def _row(cells: Mapping[int, Sequence[renditions.Line]], width: int) -> list[dict[str, Any]]:
    columns = sorted(cells)
    before = [{"lines": (), "span": columns[0]}] if columns[0] else []
    return [*before, *({"lines": cells[column], "span": end - column} for column, end in pairwise([*columns, width]))]


def quoted(service: Service, source: str, line: int) -> dict[str, Any]:
    """Return a line of a source (an IRI) among its neighbours, for the page of a thing that was read from it.

    `shape` is the shape of the line's page, and `box` the box of the line on the page; both are None if no picture of
    the page is given out. Raises SourceMissingError, StoreUnusableError.
    """
    sha16 = source.rpartition("/")[2]
    rendition = service.store.rendition(sha16)
    lines = renditions.text_around(rendition, line, 1)
    here = next((each for each in lines if each.n == line), None)
    page = here.page if here and service.settings.serve_originals else None
    return {
        "source": source,
        "sha16": sha16,
        "line": line,
        "lines": lines,
        "page": page,
        "shape": None if page is None else renditions.shape(rendition, page),
        "box": here and here.box(page),
    }
