"""Join a source's rendition (its lines of text) with its ledger (the facts read from each line).

Names of persons were removed when the rendition was made, so nothing is masked here.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from jixiao.ontology import reasons
from jixiao.ontology.text import marks
from jixiao.server.editions.protocols import Publication

Entry = TypeVar("Entry")

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?", re.ASCII)
_TEN_THOUSAND = 10_000

PAGED = frozenset({"application/pdf", "image/png", "image/jpeg", "image/tiff"})
"""The media types of files that have pages."""


@dataclass(frozen=True)
class Line:
    """A line of a source: its number from 1, text, page if the format has pages, use, and the facts read from it.

    The facts are the ledger's, with Reasons as `why` and `confirmed`.

    `use` is the ledger's, or one of four for a line that was not understood as a whole: `part` (facts were read from
    it), `unread` (in a form, without facts), `aside` (values that are known and not kept) and `outside` (of all forms).
    `cell` is the row and column of a line in a table, and `table` identifies this table within the file. `boxes` are
    the places of the line on pages, each as page, left, top, right and bottom.
    """

    n: int
    text: str
    page: int | None
    use: str
    facts: tuple[dict[str, Any], ...]
    cell: tuple[int, int] | None = None
    table: tuple[Any, ...] = ()
    boxes: tuple[tuple[float, ...], ...] = ()

    def box(self, page: int | None) -> tuple[float, ...] | None:
        """Return left, top, width and height of the line on a page; None if the line has no box on that page."""
        boxes = (
            (x0, top, round(x1 - x0, 1), round(bottom - top, 1)) for n, x0, top, x1, bottom in self.boxes if n == page
        )
        return next(boxes, None)


def lines(store: Publication, sha16: str) -> tuple[Line, ...]:
    """Return all lines of a source. Raises SourceMissingError, StoreUnusableError."""
    return of(store.rendition(sha16), store.ledger(sha16))


def of(rendition: dict[str, Any], ledger: dict[str, Any]) -> tuple[Line, ...]:
    """Return the lines of a rendition with their uses and facts from its ledger.

    A ledger of an older version does not record forms, so that all lines that were not understood are `unread`.
    """
    uses = {entry["n"]: entry for entry in ledger["lines"]}
    unread: dict[str, Any] = {"use": "unread", "facts": []}
    tells_forms = any("form" in entry for entry in ledger["lines"])
    return tuple(_line(entry, uses.get(entry["n"], unread), tells_forms) for entry in rendition["lines"])


def shape(rendition: Mapping[str, Any], page: int) -> tuple[float, ...] | None:
    """Return a page's left, top, width, height and quarter turns, or None if the rendition does not contain them."""
    known = rendition.get("pages", {}).get(str(page))
    if known is None:
        return None
    x0, top, x1, bottom, turns = known
    return x0, top, round(x1 - x0, 1), round(bottom - top, 1), turns


def text_around(rendition: Mapping[str, Any], n: int, around: int) -> tuple[Line, ...]:
    """Return line `n` and, on each side, the nearest `around` lines that are not blank, with text and boxes only.

    The ledger is not read, which would take ten times as long.
    """
    return tuple(
        Line(entry["n"], entry["text"], entry.get("page"), "", (), boxes=_boxes(entry.get("where", {})))
        for entry in _near(rendition["lines"], n, around, lambda entry: (entry["n"], entry["text"]))
    )


def around(all_lines: tuple[Line, ...], ns: tuple[int, ...], context: int) -> tuple[Line, ...]:
    """Return the lines numbered `ns` and, on each side, the nearest `context` lines that are not blank.

    Each line is returned once, in the order of the numbers.
    """
    excerpts = (_near(all_lines, n, context, lambda line: (line.n, line.text)) for n in ns)
    by_number = {line.n: line for excerpt in excerpts for line in excerpt}
    return tuple(by_number[n] for n in sorted(by_number))


def marked(text: str, choices: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of a line's text in order, each with True if it is to be marked.

    The words of the first of `choices` that occurs in the text are marked; if none occurs, the complete text is. A
    figure matches with and without separators, and in units of ten thousand (万元).
    """
    return tuple(marks.pieces(text, spans(text, choices)))


def spans(text: str, choices: tuple[tuple[str, ...], ...]) -> tuple[marks.Span, ...]:
    """Return the start and end of each part of a text that marked() marks for the given choices."""
    return next(filter(None, (_spans(text, words) for words in choices)), ((0, len(text)),))


def _near(
    lines: Sequence[Entry], n: int, around: int, numbered: Callable[[Entry], tuple[int, str]]
) -> tuple[Entry, ...]:
    """Return the entry of line `n` and the nearest `around` entries with text on each side.

    `numbered` returns the number and the text of an entry.
    """
    at = bisect_left(lines, n, key=lambda entry: numbered(entry)[0])
    here = at < len(lines) and numbered(lines[at])[0] == n

    def filled(places: Iterable[int]) -> list[Entry]:
        return list(islice((lines[place] for place in places if numbered(lines[place])[1].strip()), around))

    before, after = filled(range(at - 1, -1, -1)), filled(range(at + here, len(lines)))
    return (*reversed(before), *lines[at : at + here], *after)


def _spans(text: str, words: tuple[str, ...]) -> tuple[marks.Span, ...]:
    figures = {_value(word) for word in words if _FIGURE.fullmatch(word)}
    written = sorted((word for word in words if word.strip() and not _FIGURE.fullmatch(word)), key=len, reverse=True)
    pattern = "|".join([*map(re.escape, written), _FIGURE.pattern])
    return tuple(
        match.span()
        for match in re.finditer(pattern, text)
        if match[0] in written or figures & {_value(match[0]), _value(match[0]) * _TEN_THOUSAND}
    )


def _value(figure: str) -> Decimal:
    return Decimal(figure.replace(",", ""))


def _line(entry: dict[str, Any], ledger: dict[str, Any], tells_forms: bool) -> Line:
    use = ledger["use"]
    if use == "unread":
        is_outside = tells_forms and not ledger.get("form")
        closer = {"aside": ledger.get("aside"), "outside": is_outside, "part": ledger["facts"]}
        use = next((name for name, holds in closer.items() if holds), use)
    where = entry.get("where", {})
    return Line(
        n=entry["n"],
        text=entry["text"],
        page=entry.get("page"),
        use=use,
        facts=tuple(
            fact | {name: reasons.kept(fact[name]) for name in ("why", "confirmed") if fact.get(name)}
            for fact in ledger["facts"]
        ),
        cell=tuple(entry["cell"]) if "cell" in entry else None,
        table=(where.get("sheet"), where.get("table"), entry.get("page")),
        boxes=_boxes(where),
    )


def _boxes(where: dict[str, Any]) -> tuple[tuple[float, ...], ...]:
    if "box" not in where:
        return ()
    then = where.get("then", ())
    return ((where["page"], *where["box"]), *(tuple(then[at : at + 5]) for at in range(0, len(then), 5)))
