"""Add up tables of money that no form holds: the rows above a total, figure by figure from the last one of each row.

A table has the unit of the line or header above it or, without one, of the sum that a letter hands down, if its total
is that sum. Tables with subtotals, and with rows that have other numbers of figures, are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from jixiao.ingest.model import Misprint
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.text.mentions.money import RE as MONEY
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_RE = Wording("jixiao.ingest.text", "sums.toml", {"number": amounts.NUMBER, "unit": amounts.UNIT}).patterns
_FEWEST = 2  # rows of a table
_Line = tuple[str, Sequence[Cell]]
"""A row of a table: its label, and its cells with figures."""


def wrong_totals(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the totals of tables that are not the sums of the rows above them, but near these."""
    lines: list[_Line] = []
    unit, handed = Decimal(0), dict[Decimal, Decimal]()
    for row in (each for each in rows if each.filled):
        figures = [cell for cell in row.filled if amounts.money(cell.text) is not None]
        label = "".join(next((cell.text for cell in row.filled if cell not in figures), "").split())
        if not label and lines and not lines[-1][1]:
            label = lines.pop()[0]  # a total on a line of its own
        if is_total := _RE.table_total.fullmatch(label) is not None and figures:
            for column, whole, computed in _columns([*lines, (label, figures)]):
                if scale := unit or handed.get(whole):
                    words = "、".join(f"{named}{cell.text}" for named, cell in column)
                    places = tuple(place for _, cell in column for place in cell.places)
                    said = f"{computed * scale:f}≠{whole * scale:f}"
                    yield Misprint(words, said, places, terms.wrongCalculation)
        if is_total or not label:
            lines, unit = [], Decimal(0)
        elif figures or _RE.table_total.fullmatch(label):
            lines.append((label, figures))
        else:
            text = folded("\n".join(cell.text for cell in row.filled))
            stated = [amounts.UNITS[found["named"]] for found in _RE.table_unit.finditer(text)]
            lines, unit = [], stated[-1] if stated else Decimal(0) if lines else unit
            found = MONEY.handed_down.finditer(text)
            handed |= {amounts.decimal(one["digits"]): amounts.UNITS[one["unit"]] for one in found}


def _columns(lines: Sequence[_Line]) -> Iterator[tuple[Sequence[tuple[str, Cell]], Decimal, Decimal]]:
    """Yield labels and cells of each column whose total, in the last line, is near the sum of the rest but not equal.

    A column with a value that is the sum of values directly below it is left out, since they would be counted twice.
    """
    (*rows, (_, wholes)), counts = lines, {len(figures) for _, figures in lines[:-1]}
    if len(rows) < _FEWEST or len(counts) > 1 or any(_RE.table_subtotal.search(label) for label, _ in rows):
        return
    for at in range(1, min(len(wholes), *counts) + 1):
        column = [(label, figures[-at]) for label, figures in lines]
        *values, whole = (amounts.money(cell.text) or Decimal(0) for _, cell in column)
        computed = sum(values, Decimal(0))
        sums = ([*accumulate(values[n + 1 :])][_FEWEST - 1 :] for n in range(len(values)))
        twice = any(value and value in below for value, below in zip(values, sums, strict=True))
        if whole != computed and not twice and 2 * whole < 3 * computed and 2 * computed < 3 * whole:
            yield column, whole, computed
