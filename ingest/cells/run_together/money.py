"""Bring each figure of a table of money beside its label, where figures stand below the labels or one cell per line.

Position suggests which figure belongs to a label, and arithmetic confirms it: a total is the sum of its parts. Money
whose labels all stand before their figures, one cell per line, is withheld: nothing says which figure is whose, since a
blank cell may have left no line, and the figures below a single label may be those of several years.

The header of the money of a self-evaluation is recognised by its words (`roles/executions.py`), wherever lines, blanks
or nothing stand between them. Below it, a label and the figures after it are a row; another label of the form ends the
money. Figures between spaces stay in their order: `roles/executions.py` assigns them to the columns. Figures without
spaces (`202010100.00%10`) are divided only if just one division has sums that give the rate, and a rate that gives the
score.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, chain, groupby, islice, pairwise, starmap, takewhile
from operator import lt

from jixiao.ingest.cells.run_together.lattice import BLANK, LINE, Stream, Word, longest
from jixiao.ingest.rendition import Cell, Row, joined
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.labels import CELLS, bare, column_meaning, execution_meaning, labels
from jixiao.ingest.roles.role import Kind, of_text, role
from jixiao.ingest.values import amounts
from jixiao.ingest.values.amounts import decimal
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.wording import alternatives

Span = tuple[int, int]

_TOTALS = frozenset({"annualRequest", "totalAmount"})
"""Names of the amounts that are the money of a whole project."""
_YEARS = re.compile(r"(?:19|20)\d\d")
_GROUPS = frozenset({Kind.GROUP, Kind.MONEY})
_MOST_HEADS = 2  # most rows below the labels of a table of money, up to its figures
_MOST_LABELS = 60  # most consecutive labels, and most figures below them
_OF_SUMS, _CLAUSE_END, _CLAUSE = map(CELLS.pattern, ("line_of_sums", "clause_end", "clause_of_sum"))


def with_figures(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; below a table of money, the label of the total and its figure get a row of their own.

    The figure is the first one in a row of figures below the labels. This figure must be the sum of the others, or of
    all others but a subtotal, which comes second: then no cell was lost. Where totals of several years have labels
    (2023年资金总额), the totals of all such rows are withheld.
    """
    years = {year for row in rows for cell in row.filled if (year := _year(cell))}
    for n, row in enumerate(rows, 1):
        total = _label_of_total(row)
        for below in rows[n : n + _MOST_HEADS] if total else ():
            figures = [figure for cell in below.filled if (figure := amounts.money(cell.text)) is not None]
            if (
                total
                and len(figures) == len(below.filled) > 1
                and figures[0] in _sums(figures[1:])
                and not any(amounts.money(cell.text) for cell in row.filled)
            ):
                yield Row((total.moved(0), below.filled[0].moved(1)))
        is_open = len(years) > 1 and any(map(_year, row.filled))
        yield replace(row, withheld=row.withheld | {"annualRequest"}) if is_open else row


def _year(cell: Cell) -> str | None:
    """Return the year in a label of a project's money, such as 2023年资金总额; None for any other cell."""
    found = _YEARS.search(folded(cell.text)) if labels().amounts.get(bare(cell.text)) in _TOTALS else None
    return found[0] if found else None


def _label_of_total(row: Row) -> Cell | None:
    """Return the label of the total in a row that holds labels of money, or None for any other row.

    Another label or a figure must stand beside the label.
    """
    words = [cell for cell in row.filled if role(cell).kind not in _GROUPS] if not executions.head(row) else []
    return words[0] if len(words) > 1 and role(words[0]).meaning in _TOTALS else None


def _sums(parts: Sequence[Decimal]) -> set[Decimal]:
    return {sum(parts, Decimal(0)), sum(parts[1:], Decimal(0))}


def clauses_apart(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; a line of a total and its parts, between commas, becomes a row of a label and a figure for each.

    Such a line is `项目资金（万元）：年度资金总额54，其中财政拨款50，其他资金4`. Its first clause asks for a total, and
    another one for a known amount.
    """
    for row in rows:
        line, text = row.cells[0].parts[0] if len(row.cells) == len(row.cells[0].parts) == 1 else (0, "")
        clauses = [part for part in _CLAUSE_END.split(text.strip()) if part] if _OF_SUMS.search(text) else []
        found = [_CLAUSE.fullmatch(clause) for clause in clauses]
        words = [labels().amounts.get(bare(each["label"])) for each in found if each]
        is_total = bool(words) and (words[0] in _TOTALS or (found[0] and bare(found[0]["label"]) in labels().money))
        if is_total and any(words[1:]) and len(words) == len(clauses):
            for each in filter(None, found):
                told = (each["group"], each["label"], each["figure"])
                yield Row(tuple(Cell(((line, part),), n) for n, part in enumerate(filter(None, told))))
        else:
            yield row


def unpaired(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Withhold labels of money, one cell per row from row `at` on, with the figures in the rows after the labels.

    Returns one row that holds all of them, and the number of rows that this row replaces. The number is 0 without such
    labels and figures, and for two labels, the first of which often has no figure.
    """
    if len(rows[at].cells) != 1 or _amount(rows[at].cells[0]) not in _TOTALS:
        return [], 0
    alone = takewhile(lambda row: len(row.cells) == 1, rows[at : at + 2 * _MOST_LABELS])
    cells = [row.cells[0] for row in alone]
    others = labels().others
    asked = [*takewhile(lambda cell: _amount(cell) or bare(cell.text) in others, cells[:_MOST_LABELS])]
    below = takewhile(lambda cell: amounts.names_figure(cell.text) and not _amount(cell), cells[len(asked) :])
    figures = [*below]
    several = len(asked) > 2 or sum(map(bool, figures)) > 1
    are_unpaired = len(asked) != 2 and several and any(figures)
    names = frozenset(filter(None, map(_amount, asked)))
    return [Row((*asked, *figures), withheld=names)], len(asked) + len(figures) if are_unpaired else 0


def _amount(cell: Cell) -> str | None:
    return labels().amounts.get(bare(cell.text))


_LONGEST_BEFORE = 24  # characters of a head before the word for what was spent
_LONGEST_WORD, _LONGEST_LABEL = 26, 40
_LONGEST_TABLE = 400  # characters below a head, in text that runs together
_MOST_LINES = 90
_LONGEST_GLUED = 40  # characters of figures without blanks
_MOST_FIGURES = 8  # behind a word of a head
_FEWEST = 2  # words of a head; one more where words touch
_MOST_TOTALS = 4  # rows with the sums of weights and scores, and the grade
_OVER_MONEY = CELLS.pattern("over_money")
# The labels with which the part of a form below its money begins.
_BELOW_MONEY = re.compile(alternatives([*labels().goals, *labels().over_goals, *CELLS.words("below_money")]))
_SPENT, _TOTAL, _MAY_HOLD = map(executions.WORDING.pattern, ("spent", "total", "may_hold"))
_ENDS = frozenset({Kind.GOAL, Kind.COLUMN, Kind.LEVEL, Kind.SECTION, Kind.TITLE, Kind.PERSON, Kind.SEVERAL_YEARS})
_ENDS |= {Kind.FIELD, Kind.RESULT}
_PARTS = re.compile(r"[\d.,%]+|[^\d.,%]+")  # a label and the figures behind it, without a blank
_UNIT = executions.WORDING.pattern("unit_behind")
_FIGURES = re.compile(r"[\d.,%]+")
_SUM = re.compile(r"(?:[1-9]\d{0,9}|0)(?:\.\d{1,6})?")
_POINTS = re.compile(r"(?:[1-9]\d?|100|0)(?:\.\d{1,2})?")
_RATE = re.compile(r"(?:[1-9]\d{0,3}|0)(?:\.\d{1,4})?%")
_SHAPES = {"rate": _RATE, "weight": _POINTS, "score": _POINTS}
_BUDGETS = ("adjustedBudget", "initialBudget", "received")
_NEAR, _HUNDRED = Decimal("0.1"), Decimal(100)  # points


def spending_restored(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a self-evaluation with its money as a header row and rows of a label and figures.

    Rows whose cells have borders in the file stay as they are, and so do tables that share a line with other text.
    """
    if not any(_MAY_HOLD.search(folded(row.text)) for row in rows):
        return list(rows)
    restored: list[Row] = []
    for has_borders, group in groupby(joined(rows, _total), lambda row: row.closed and len(row.cells) > 1):
        run = [*group]
        restored += run if has_borders else _with_tables(run)
    return restored


def _with_tables(rows: Sequence[Row]) -> Iterator[Row]:
    stream = Stream.of(rows, blank=BLANK)
    sizes = (sum(len("".join(cell.text.split())) or 1 for cell in row.cells) for row in rows)
    edges = {offset: at for at, offset in enumerate(accumulate(sizes, initial=0))}
    at = 0
    for word in tables(stream, apart=True):
        told = [*spending(stream, word)] if edges.keys() >= {word.start, word.end} else []
        if any(len(row.filled) > 1 for row in told[1:]):
            yield from rows[at : edges[word.start]]
            yield from told
            at = edges[word.end]
    yield from rows[at:]


def tables(stream: Stream, *, apart: bool = False) -> list[Word]:
    """Return each table of money of a self-evaluation as a word that reaches from the table's label to its end.

    The `cells` of such a word are the spans of the words of the header. With `apart`, headers begin behind a break.
    """
    found = list[Word]()
    for spent in _SPENT.finditer(stream.text):
        near = range(max(0, spent.start() - _LONGEST_BEFORE), spent.start() + 1)
        starts = (at for at in near if at in stream.breaks or not apart)
        is_inside = bool(found) and spent.start() < found[-1].end
        if head := () if is_inside else next(filter(None, (_head(stream, start) for start in starts)), ()):
            start, end = _start(stream, head), head[-1][1]
            last = (_end_of_lines if _fills_lines(stream, head) else _end_together)(stream, head)
            found += [Word(start, last, "execution", stream.text[start:end], head)] if last else []
    return found


def _head(stream: Stream, start: int) -> tuple[Span, ...]:
    """Return the spans of the words of a header that begins at an offset; empty if none begins there."""
    cells, at, meanings = list[Span](), start, list[str]()
    while len({*meanings}) == len(meanings) and (end := longest(stream.text, at, _is_of_head)):
        cells.append((at, end))
        meanings = _meanings(stream, cells)
        spans = islice(word_spans(stream, end, len(stream.text)), _MOST_FIGURES)
        at = next((word[0] for word in spans if not _is_figure(_text(stream, word))), end)
    while meanings and meanings[-1] == "part":  # the label of a row below the header
        cells, meanings = cells[:-1], meanings[:-1]
    is_apart = stream.breaks.keys() >= {start, *(end for _, end in cells)}
    is_head = len({*meanings}) == len(meanings) >= (_FEWEST if is_apart else _FEWEST + 1)
    is_led = is_head and meanings[0] in executions.MONEY and "reason" not in meanings[:-1]
    is_even = len(set(starmap(lt, _gaps(cells)))) == 1  # figures stand behind all words, or behind none
    return tuple(cells) if is_led and is_even and executions.head(_row(stream, (start, start), cells)) else ()


def _gaps(cells: Iterable[Span]) -> list[Span]:
    return [(end, start) for (_, end), (start, _) in pairwise(cells)]


def _is_of_head(word: str) -> bool:
    return not word[0].isdigit() and execution_meaning(word) is not None


def _meanings(stream: Stream, head: Iterable[Span]) -> list[str]:
    return [str(execution_meaning(_text(stream, word))) for word in head]


def _start(stream: Stream, head: Sequence[Span]) -> int:
    """Return the start of the label before a header: a word for money, or a word over the header's words (年度预算数).

    Without such a label, the header's own start is returned.
    """
    start = head[0][0]
    first = max(0, start - _LONGEST_LABEL)
    if label := _OVER_MONEY.search(stream.text[first:start]):
        return first + label.start()
    words = ((at, stream.text[at:start]) for at in range(max(0, start - _LONGEST_BEFORE), start) if at in stream.breaks)
    over = {*_meanings(stream, head)}
    return next((at for at, word in words if of_text(word).kind in _GROUPS or execution_meaning(word) in over), start)


def _fills_lines(stream: Stream, head: Sequence[Span]) -> bool:
    return stream.breaks.get(head[-1][1]) == LINE == stream.breaks.get(_start(stream, head))


def _end_together(stream: Stream, head: Sequence[Span]) -> int:
    """Return the end of a table whose lines show nothing: the next label of a form. 0 if the table is too long."""
    most = head[-1][1] + _LONGEST_TABLE
    below = _BELOW_MONEY.search(stream.text, head[-1][1], most + _LONGEST_LABEL)
    end = below.start() if below else len(stream.text)
    return end if end <= most else 0


def _end_of_lines(stream: Stream, head: Sequence[Span]) -> int:
    """Return the end of the lines below a header that are labels and figures; the last column may hold reasons."""
    explains = _meanings(stream, head)[-1] == "reason"
    end = head[-1][1]
    for line in islice(_lines(stream, end, len(stream.text)), _MOST_LINES):
        parts = _labelled(stream, line, together=False)
        is_long = any(last - first > _LONGEST_LABEL for (first, last), _ in parts)
        words = (_text(stream, word) for word in (line, *word_spans(stream, *line)))
        if (is_long and not explains) or any(map(_ends, words)):
            break
        end = line[1]
    return end


def _ends(word: str) -> bool:
    """Return whether a word shows that a table of money has ended, such as the label of a field or of a result."""
    told = of_text(word)
    return told.kind in _ENDS or told.word in labels().long_term


def _lines(stream: Stream, start: int, end: int) -> Iterator[Span]:
    inner = (at for at in range(start + 1, end) if stream.breaks.get(at) == LINE)
    return pairwise(chain((start,), inner, (end,)))


def word_spans(stream: Stream, start: int, end: int) -> Iterator[Span]:
    """Yield the spans of the words between two offsets; a unit belongs to the figure before it."""
    inner = (at for at in range(start + 1, end) if at in stream.breaks and not _UNIT.match(stream.text, at))
    return pairwise(chain((start,), inner, (end,)))


def _text(stream: Stream, span: Span) -> str:
    return stream.text[slice(*span)]


def _labelled(stream: Stream, span: Span, *, together: bool) -> Iterator[tuple[Span, list[Span]]]:
    """Yield each label of a line, with no figures, and the figures behind it, with an empty label.

    Where cells run `together`, each word is a label, and figures behind it need no blank.
    """
    words = word_spans(stream, *span)
    parts = chain.from_iterable(_parts(stream, word) for word in words) if together else words
    for is_figure, group in groupby(parts, lambda part: _is_figure(_text(stream, part))):
        run = [*group]
        if is_figure:
            yield (run[0][0], run[0][0]), run
        else:
            yield from ((label, []) for label in (run if together else [(run[0][0], run[-1][1])]))


def _parts(stream: Stream, word: Span) -> list[Span]:
    is_whole = _is_figure(_text(stream, word))
    return [word] if is_whole else [part.span() for part in _PARTS.finditer(stream.text, *word)]


def _is_figure(text: str) -> bool:
    """Return whether a word is a figure, several figures, a dash, a blank, or a unit whose sum was left out."""
    is_glued = any(map(str.isdigit, text)) and _FIGURES.fullmatch(text) is not None
    return text == BLANK or is_glued or executions.is_value(text)


def spending(stream: Stream, word: Word) -> Iterator[Row]:
    """Yield the header and the rows of a table of money; figures that are not surely divided are withheld.

    Figures before any label show that the text is out of order: only the total is read then. The last row may be torn,
    and is withheld, if the table ends a text whose cells run together.
    """
    meanings, at = _meanings(stream, word.cells), word.cells[-1][1]
    of_lines = _fills_lines(stream, word.cells)
    yield _row(stream, (word.start, word.cells[0][0]), word.cells)
    lines = _lines(stream, at, word.end) if of_lines else iter([(at, word.end)])
    between = [next(word_spans(stream, *gap)) for gap in _gaps(word.cells) if gap[0] < gap[1]]
    rows: list[tuple[Span, list[Span]]] = [((at, at), [*between])]
    for label, figures in chain.from_iterable(_labelled(stream, line, together=not of_lines) for line in lines):
        if figures or (of_lines and label[1] - label[0] > _LONGEST_LABEL):
            rows[-1][1].extend(figures or [label])  # or a reason
        elif not between or _text(stream, label) != _text(stream, rows[-1][0]):
            rows.append((label, []))
    before = [figure for figure in rows[0][1] if _text(stream, figure) != BLANK]
    if between:
        rows[0] = rows[0][0], before[: len(meanings)]
    elif before:
        yield from _out_of_order(stream, meanings, before, word.end)
        return
    sums: list[str] = []  # those of the first row
    for label, cells in rows if between else rows[1:]:
        printed = [cell for cell in cells if _text(stream, cell) != BLANK]
        figures = cells if len(cells) == len(meanings) else printed
        if not of_lines:
            is_torn = bool(printed) and printed[-1][1] == len(stream.text)
            figures = [] if is_torn else _divided(stream.text, printed, meanings, sums)
        yield replace(_row(stream, label, figures), withheld=_money(meanings if printed and not figures else ()))
        shown = zip(meanings, figures, strict=False)
        sums = sums or [_text(stream, cell) for name, cell in shown if name in executions.MONEY]


def _out_of_order(stream: Stream, meanings: Sequence[str], figures: Sequence[Span], end: int) -> Iterator[Row]:
    """Yield one row of the figures before any label as the total, and one withheld row of the rest.

    The total counts only if the figures fill all columns, and the score follows from the rate, or the rate from the
    money of the only row; else all are withheld.
    """
    total = figures[: len(meanings)]
    known = {name: _text(stream, figure) for name, figure in zip(meanings, total, strict=False)}
    shaped = all(_SHAPES.get(name, _SUM).fullmatch(text) for name, text in known.items())
    start = total[0][0]
    fills = len(figures) == len(meanings) and "rate" in known
    scored = known.keys() >= {*meanings, *_SHAPES} and _is_score(known)
    if shaped and (scored or (fills and _is_proven(meanings, [*known.values()]))):
        yield _row(stream, (start, start), total)
        start = total[-1][1]
    if start < end:
        # Words of the head, too, may stand elsewhere in a text out of order: 年初预算数.
        yield Row((stream.cell(start, end, 0),), withheld=_money(("initialBudget", *meanings)))


def _money(meanings: Iterable[str]) -> frozenset[str]:
    """Return the names of the money properties among the meanings of a header's columns."""
    return frozenset(executions.MONEY) & {*meanings}


def _row(stream: Stream, label: Span, cells: Sequence[Span]) -> Row:
    """Return a row of whole cells: the label at one span, which may be empty, and the figures at the others."""
    of_row = (stream.cell(*span, n) for n, span in enumerate((label, *cells)))
    return Row(tuple(replace(cell, closed=True) for cell in of_row))


def _divided(text: str, figures: list[Span], meanings: Sequence[str], sums: Sequence[str]) -> list[Span]:
    """Return the spans of figures that are all of a row's words, or that are divided in just one proven way.

    Figures that only repeat the `sums` of the first row are divided as these sums; empty without a proven division.
    """
    if len(figures) != 1:
        return figures
    start, printed = figures[0][0], text[slice(*figures[0])]
    if len(sums) > 1 and printed == "".join(sums):
        return [*pairwise(accumulate(map(len, sums), initial=start))]
    return [(start + first, start + last) for first, last in divided(meanings, printed)]


def divided(meanings: Sequence[str], text: str) -> list[Span]:
    """Divide a text of figures without spaces into a span for each column.

    Empty unless exactly one division is proven.
    """
    if len(text) > _LONGEST_GLUED or "rate" not in meanings or text.count("%") != 1:
        return []
    ways = [way for way in divisions(meanings, text) if _is_proven(meanings, [text[slice(*cell)] for cell in way])]
    return ways[0] if len(ways) == 1 else []


def divisions(meanings: Sequence[str], text: str, start: int = 0) -> Iterator[list[Span]]:
    """Yield each way to divide a text, which begins at `start`, into a figure for each column."""
    if not meanings:
        yield from [[]] if not text else []
        return
    for end in range(1, len(text) + 1):
        if _SHAPES.get(meanings[0], _SUM).fullmatch(text[:end]):
            rest = divisions(meanings[1:], text[end:], start + end)
            yield from ([(start, start + end), *way] for way in rest)


def _is_proven(meanings: Sequence[str], figures: Sequence[str]) -> bool:
    """Return whether a row's rate follows from its sums, rounded or cut, and its score from the rate.

    `figures` are in the order of `meanings`. False without a budget, and if just one of sum, rate and score is 0.
    """
    printed = dict(zip(meanings, figures, strict=True))
    known = {name: decimal(figure.removesuffix("%")) for name, figure in printed.items()}
    rate, spent = known["rate"], known["executed"]
    budget = next((known[name] for name in _BUDGETS if name in known), None)
    zeros = {not known[name] for name in ("executed", "rate", "score") if name in known}
    if not budget or len(zeros) > 1 or ("weight" in known and not _is_score(printed)):
        return False
    last_digit = Decimal(1).scaleb(-len(printed["rate"].removesuffix("%").partition(".")[2]))
    return abs(_HUNDRED * spent / budget - rate) < last_digit


def _is_score(figures: Mapping[str, str]) -> bool:
    """Return whether a score is about its weight multiplied by a rate in per cent, of which at most 100 counts."""
    weight, rate, score = (decimal(figures.get(name, "0").removesuffix("%")) for name in ("weight", "rate", "score"))
    return "score" not in figures or abs(weight * min(rate, _HUNDRED) / _HUNDRED - score) <= _NEAR


def _total(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Return a row of the total score's label and figures, and the number of rows that this row replaces.

    The label is row `at`; the figures and the grade stand in the rows below, one cell per row. The number is 0, and the
    returned rows are to be ignored, without such a label or without a figure below it.
    """
    words = [cell for cell in rows[at].cells if cell]
    told = of_text(words[0].text) if len(words) == 1 else None
    # A word for sums (合计) counts below a header's word for results, such as 完成值.
    is_sum = bool(words) and bare(words[0].text) in labels().sums
    below = is_sum and any(column_meaning(row.text) == "achieved" for row in rows[:at])
    if not told or not (told.meaning == "totalScore" or below):
        return (), 0
    cells = [words[0]]
    taken = 1
    for row in rows[at + 1 : at + 1 + _MOST_TOTALS]:
        if len(row.cells) != 1 or (row.filled and not _TOTAL.fullmatch(folded(row.text))):
            break
        cells += row.filled
        taken += 1
    return [Row(tuple(replace(cell.moved(n), closed=True) for n, cell in enumerate(cells)))], taken if len(
        cells
    ) > 1 else 0
