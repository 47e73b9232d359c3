"""Read the projects that a sentence on targets lists, if their number and their sum are those that it states.

Without both, a list may be of bodies, of sources of money or of part of the projects, and none of it is read.
"""

from collections.abc import Iterable
from decimal import Decimal

from jixiao.ingest.cells.unlabelled_projects import beside
from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import is_name
from jixiao.ingest.roles.labels import CELLS, names_money
from jixiao.ingest.roles.role import is_word
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import narrow
from jixiao.ontology import numerals
from jixiao.ontology.text.wording import Wording

_WORDING = Wording(
    "jixiao.ingest.structure",
    "enumeration.toml",
    {"number": amounts.NUMBER, "unit": amounts.UNIT, "body_end": CELLS.text("body_end")},
)
_LISTED, _ITEM, _BODY = map(_WORDING.pattern, ("listed", "item", "body"))


def forms(rows: Iterable[Row]) -> tuple[tuple[Row, ...], ...]:
    """Return the rows of a form, name and amount, for each project of the first sentence that proves its list."""
    flow = Flow.of(Printed.of(*(row.filled[0] for row in rows if len(row.filled) == 1)))
    kept = [at for at, char in enumerate(flow.text) if not char.isspace()]
    text = "".join(narrow(flow.text[at]) for at in kept)
    for found in _LISTED.finditer(text):
        items = list(_ITEM.finditer(text, *found.span("first" if found["first"] else "last")))
        count, total = found["count"], found["before"] or found["behind"]
        number = int(count) if count.isdecimal() else numerals.exact(count)
        if number == len(items) and _yuan(total) == sum(_yuan(item["sum"]) for item in items):
            cells = [[_cell(flow, kept, *item.span(name)) for name in ("name", "sum")] for item in items]
            if all(_is_project(name.text) for name, _ in cells):
                return tuple((beside("name", name), beside("annualRequest", money)) for name, money in cells)
    return ()


def _yuan(text: str) -> Decimal:
    """Return a sum with a unit, in yuan."""
    stated = amounts.stated(text, amounts.YUAN)
    return stated[0] if stated else Decimal(0)


def _is_project(name: str) -> bool:
    return is_name(name) and not (is_word(name) or names_money(name) or _BODY.fullmatch(name))


def _cell(flow: Flow, kept: list[int], start: int, end: int) -> Cell:
    """Return a cell with the characters of a passage, which may stand on two lines; `kept` are their offsets."""
    first, last = kept[start], kept[end - 1] + 1
    text = "".join(flow.text[at] for at in kept[start:end])
    return Cell(((flow.within(first, last)[0].line, text),), 0)
