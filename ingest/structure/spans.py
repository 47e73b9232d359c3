"""Fit the head of a list to the columns of its rows by what the cells hold, where text has lost merged cells.

Heads of two rows print the parts of a column below it, so that both rows have fewer cells than the list has columns;
other heads lack a word. The words are dealt out in order, so that figures stand below words of money and numbers below
序号; a word that could stand over several columns is left out if it is that of names or money.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.headings import is_name
from jixiao.ingest.roles.labels import bare, labels, names_money, names_projects
from jixiao.ingest.roles.role import is_word
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded

_MOST_COLUMNS, _MOST_LOST = 24, 2
_LONGEST_WORD = 20
_FITS, _MISFITS = 1, -4
_LOST = 1  # taken from the score for each column without a word and each word without a column
_IN_PLACE = 0.01  # added for each word that stands in its column, below a head of one row with as many columns
_LONG = 15  # characters of a target in words


def fitted(heads: Sequence[Row], below: Sequence[Row]) -> dict[int, Cell] | None:
    """Return the word of each column of the rows, by column, blank if uncertain; None if the head does not fit.

    `heads` are one or two rows; below are the rows of the list.
    """
    width = max((row.cells[-1].column + 1 for row in below), default=0)
    held = [_held([cell.text for row in below for cell in row.filled if cell.column == n]) for n in range(width)]
    aligned = len(heads) == 1 and width == max(cell.column for cell in heads[0].cells) + 1
    found: list[tuple[float, tuple[Cell | None, ...]]] = []
    for words in _flat(heads) if width <= _MOST_COLUMNS else ():
        for placed in _placed(words, width):
            fits = [_fit(word, kinds) for word, kinds in zip(placed, held, strict=True) if word]
            in_place = sum(bool(word and word.column == n) for n, word in enumerate(placed)) if aligned else 0
            if _MISFITS not in fits:
                lost = width + len(words) - 2 * len(fits)
                found.append((sum(fits) - _LOST * lost + _IN_PLACE * in_place, placed))
    top = max((score for score, _ in found), default=-1.0)
    near = {
        n
        for score, placed in found
        if top - score < _FITS
        for n, word in enumerate(placed)
        if word and names_projects(word.text)
    }
    if top < 0 or len(near) != 1:
        return None
    blank = Cell(((heads[0].first_line, ""),))
    best = zip(*(placed for score, placed in found if score == top), strict=True)
    sure = [(column[0] if len({*column}) == 1 else None) or blank for column in best]
    # With figures below moved words of neither money nor a unit, nothing says which are the money of a word.
    figures = (word for word, kinds in zip(sure, held, strict=True) if kinds["figure"] > 1 / 2 and not kinds["number"])
    untold = any(not (names_money(word.text) or folded(word.text).endswith(")")) for word in figures)
    untold &= any(word and word.column != n for n, word in enumerate(sure))
    return {n: blank if untold and names_money(word.text) else word for n, word in enumerate(sure)}


def parts(head: Row, below: Row | None) -> bool:
    """Return whether a row has the parts of a head's columns: fewer short words than the head, and no figures."""
    cells = below.filled if below else ()
    return (
        1 < len(cells) < len(head.filled)
        and all(len(bare(cell.text)) <= _LONGEST_WORD and not any(map(str.isdigit, cell.text)) for cell in cells)
        and any(names_money(cell.text) or is_word(cell.text) for cell in cells)
    )


def may_span(cell: Cell) -> bool:
    """Return whether the word of a column may have parts below it: money, targets."""
    return names_money(cell.text) or bare(cell.text) in labels().groups


def _flat(heads: Sequence[Row]) -> Iterator[tuple[Cell, ...]]:
    """Yield the words of a head as one row; those of a second row take the place of the cells that may span them."""
    upper = heads[0].filled
    inner = [cell for row in heads[1:] for cell in row.filled]
    spans = [n for n, cell in enumerate(upper) if may_span(cell)]
    for count in range(1, len(spans) + 1) if inner else (0,):
        for chosen in combinations(spans, count):
            for cuts in combinations(range(1, len(inner)), max(count - 1, 0)):
                runs = [inner[start:end] for start, end in pairwise([0, *cuts, len(inner)])]
                yield _spread(upper, dict(zip(chosen, runs, strict=False)))


def _spread(upper: Sequence[Cell], inner: dict[int, Sequence[Cell]]) -> tuple[Cell, ...]:
    """Return the words with the parts of those that span others; a sum below a word has that word."""
    return tuple(part for n, cell in enumerate(upper) for part in (_below(cell, inner[n]) if n in inner else (cell,)))


def _below(word: Cell, parts: Sequence[Cell]) -> Iterator[Cell]:
    """Yield the words of the columns below a word: a level by itself, a part of money behind the word."""
    for part in parts:
        if bare(part.text) in labels().sums:
            yield replace(part, parts=word.parts)
        elif columns.reads_as_level(bare(part.text)) or names_money(part.text):
            yield part
        else:
            yield replace(part, parts=((part.line, word.text + part.text),))


def _placed(words: Sequence[Cell], width: int) -> Iterator[tuple[Cell | None, ...]]:
    """Yield the ways to deal words out to columns in order, each column with at most one; rows may have lost cells."""
    for lost in range(max(0, len(words) - width), _MOST_LOST + 1):
        for left_out in combinations(
            # No row lacks the cell of a number, a name or money.
            [
                n
                for n, word in enumerate(cell.text for cell in words)
                if not (bare(word) in labels().numbering or names_projects(word) or names_money(word))
            ],
            lost,
        ):
            kept = [word for n, word in enumerate(words) if n not in left_out]
            for blank in combinations(range(width), width - len(kept)) if width - len(kept) <= _MOST_LOST else ():
                rest = iter(kept)
                yield tuple(None if n in blank else next(rest) for n in range(width))


def _held(texts: Sequence[str]) -> dict[str, float]:
    """Return the shares of a column's texts that are figures, are numbers counting up, and can name a project."""
    count = max(len(texts), 1)
    whole = [int(text) for text in texts if text.isdecimal()]
    counts_up = whole and whole == [*range(whole[0], whole[0] + len(whole))] and whole[0] <= 1
    return {
        "figure": sum(amounts.money(text) is not None or amounts.is_blank(text) for text in texts) / count,
        "number": len(whole) / count if counts_up else 0,
        "name": sum(
            amounts.money(text) is None and (is_name(text) or labels().line("named_project", text) is not None)
            for text in texts
        )
        / count,
        "long": sum(len(text) >= _LONG for text in texts) / count,
        "filled": min(len(texts), 1),
    }


def _fit(word: Cell, held: dict[str, float]) -> float:
    """Return how well a column suits a word: money below its words alone, numbers below 序号, names below 项目名称."""
    if not held["filled"]:
        return 0
    if bare(word.text) in labels().numbering:
        return _FITS if held["number"] > 1 / 2 else _MISFITS
    if names_projects(word.text):
        return _FITS if held["name"] > 1 / 2 else _MISFITS
    if names_money(word.text):
        return _FITS if held["figure"] > 1 / 2 else _MISFITS
    if labels().line("list_targets", word.text) or bare(word.text) in labels().goals:
        return _FITS / 2 * held["long"] if held["figure"] <= 1 / 2 else _MISFITS
    of_words = bare(word.text) in labels().fields or word.text in labels().groups
    return (_MISFITS if of_words else -_FITS) / 2 if held["figure"] > 1 / 2 and not held["number"] else 0
