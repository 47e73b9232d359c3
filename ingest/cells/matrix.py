"""Money in a matrix, one column a year: the sum of the year that is asked for -> a label with its value."""

from collections.abc import Iterator, Sequence

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.vocabulary import data
from jixiao.ingest.values import amounts

_MOST_ROWS = 8  # between the head of a matrix and its sum
_FEWEST_HEADS = 2


def read(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; the row of sums below a head of years becomes the year's label with its figure."""
    heads: list[Cell] = []
    asked, left = 0, 0
    for row in rows:
        words = _words(row)
        if found := _heads(words):
            heads, left = found, _MOST_ROWS
            years = [n for n, cell in enumerate(heads) if labels().amounts.get(bare(cell.text)) == "annualRequest"]
            asked = years[0] if len(years) == 1 else -1
        elif left and words and bare(words[0].text) in labels().sums:
            figures = [cell for cell in words[1:] if amounts.quantity(cell.text)]
            left = 0
            if len(figures) == len(heads) and asked >= 0:
                yield Row((heads[asked].moved(0), figures[asked].moved(1)))
                continue
        left = max(0, left - 1)
        yield row


def _heads(words: Sequence[Cell]) -> list[Cell]:
    """Return the heads of years in a row of words, one of them asked for; empty if there are none."""
    others = data()["matrix"]["other_years"]
    found = [cell for cell in words if bare(cell.text) in others or _is_year(cell)]
    return found if len(found) >= _FEWEST_HEADS and any(map(_is_year, found)) else []


def _is_year(cell: Cell) -> bool:
    return labels().amounts.get(bare(cell.text)) == "annualRequest"


def _words(row: Row) -> list[Cell]:
    """Return the words of a row, between blanks or cells; single characters of one spaced word are joined."""
    words: list[Cell] = []
    for cell in row.filled:
        for line, text in cell.parts:
            single = [part for part in text.split() if part]
            column = cell.column if cell.printed is None else cell.printed
            words += (Cell(((line, part),), column) for part in _joined(single))
    return words


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """Join neighbours of one character each: 合 计."""
    spaced = ""
    for part in parts:
        if len(part) == 1 and not part.isdigit():
            spaced += part
            continue
        if spaced:
            yield spaced
        spaced = ""
        yield part
    if spaced:
        yield spaced
