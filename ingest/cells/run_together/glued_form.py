"""Divide the text of forms into labels and their values, along the best path through the words that it may hold.

Text taken from a workbook or the page of a PDF may tear the header of a table of results, while most rows stay whole
and number themselves (指标6:…). Such a row counts if decoding.py finds all cells of one row between its number and the
next, and if at least two neighbours are such rows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from jixiao.ingest.cells.run_together import decoding, glued_table, heads, money
from jixiao.ingest.cells.run_together.lattice import NOT_READ, Paths, Stream, Word, words
from jixiao.ingest.model import BODIES, STATED
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.columns import Columns
from jixiao.ingest.roles.labels import CELLS, OF_NAMES, bare, execution_meaning, labels
from jixiao.ingest.roles.naming import is_other_value, is_rounded, may_name
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values import amounts
from jixiao.ontology.schemes import level1_labels

_MOST_AHEAD = 60  # most words of the form that a value may contain
_MARGIN = 1.0  # least margin of the best score: a value of a form whose cells run together
_OF_HEAD = 2.0  # score for each word of the header of a table
_BELOW_TABLE = 5.0  # cost of a label behind a table, which may be a word within the table
_BACKWARD = -1.5  # score for each word before another one that it usually follows
_MONEY = re.compile(rf"(?P<figure>-?(?:{amounts.NUMBER})(?:{amounts.UNIT})?)(?P<rest>.*)")
*_, _UNIT_OF_MONEY = amounts.WORDING.words("unstated")
_BEHIND_MONEY = CELLS.pattern("behind_money")
_FIGURE = CELLS.pattern("second_figure")
_MONEY_KINDS = frozenset(
    {"totalAmount", "annualRequest", "fiscalFunds", "currentYearAppropriation", "carriedOver", "otherFunds", "midTerm"}
)
_BODY_KINDS = frozenset({*BODIES, "localDepartment", "filingUnit"})
_DATE_KINDS = frozenset({"startDate", "endDate"})
_YEAR_KINDS = frozenset({"startYear", "endYear"})
_FIELD_KINDS = frozenset(labels().fields.values())
_BODY = re.compile(
    rf"(?:[\[【(]?\d{{3,}}[\]】)]?[-—]?)?[^\d,。;:]{{2,40}}{CELLS.text('body_end')}(?:[-—]?[\[【(]?\d{{3,}}[\]】)]?)?"
)
_LONGEST_CHOICE = 14
_SHORTEST_NAME, _LONGEST_NAME = 3, 60
_SHORTEST_LABEL, _LONGEST_LABEL = 4, 16
_TWO_NAMED = 3  # lines behind a name's first line: its second one, an unknown label and the value of that
_LONGEST_PART = 20  # characters of a name's line in a narrow cell
_EVEN = 0.8  # of the longest line that a cell broke: the least length of the others, besides the last
_GOALS = frozenset({"overallGoal", "annualGoal"})
# Words for first levels, and for second levels of tables without first ones: each table has one.
_LEVELS = (*level1_labels(), *CELLS.words("level2_alone"))
_PAIRED = _GOALS | _DATE_KINDS
_WITH_GOALS = _PAIRED | {"done"}
_PAIRED_WORDS = {*labels().goals, *(word for word, meaning in labels().fields.items() if meaning in _DATE_KINDS)}


@dataclass(frozen=True)
class Piece:
    """A label or other word of the form, with the start and end of its value in the text.

    `sure` is false if a division of the text that scores nearly as high gives another value.
    """

    word: Word
    start: int
    end: int
    sure: bool


def rows(stream: Stream, *, whole: bool = False) -> Iterator[Row]:
    """Yield the rows of the forms in a stream: labels and their values; a value that is not sure gets no cell.

    The value at the end of the stream may be cut off, and so is not sure, unless the stream is a `whole` part of the
    file.
    """
    prefix: list[tuple[int, int]] = []
    found = words(stream, heads.words(stream), money.tables(stream))
    torn = _numbered_table(stream) if all(word.kind != "head" for word in found) else None
    if torn:
        yield from rows(stream.until(torn[0]), whole=whole)
        yield from torn[1]
        return
    pieces = divide(stream, found, whole=whole)
    if pieces and stream.text[: pieces[0].word.start].strip():
        yield Row((stream.cell(0, pieces[0].word.start, 0),))  # text before a form, usually a notice
    for number, piece in enumerate(pieces):
        word = piece.word
        following = pieces[number + 1].word if number + 1 < len(pieces) else None
        if word.kind in {"title", "end"}:
            border = word.end if word.kind == "title" else piece.end
            spans = ((word.start, border), (border, piece.end))
            yield from (Row((stream.cell(*span, 0),)) for span in spans if span[0] < span[1])
        elif word.kind in {"head", "execution"}:
            yield from (Row((stream.cell(start, end, 0),)) for start, end in prefix)
            prefix = []
            if word.kind == "head":
                yield from glued_table.rows(stream, word.cells, (piece.start, piece.end))
            else:
                yield from money.spending(stream, word)
        elif word.kind == "done":
            yield from _goal_and_done(stream, word, prefix)
            prefix = []
        elif word.kind == "group" and piece.start == piece.end:
            prefix.append((word.start, word.end))
        elif word.kind in _PAIRED and piece.start == piece.end and following and following.kind in _WITH_GOALS:
            prefix.append((word.start, word.end))  # labels side by side, with their values below
        elif word.kind == "name" and not piece.sure and _is_named(pieces[:number]):
            yield Row((stream.cell(word.start, piece.end, 0),))  # the name again, torn by the label beside it
        else:
            yield from _labelled(stream, piece, prefix)
            yield from _unit_behind(stream, piece)
            prefix = []
    yield from (Row((stream.cell(start, end, 0),)) for start, end in prefix)


def _is_named(above: Sequence[Piece]) -> bool:
    """Return whether the last table or name above is a name, so that its form has one."""
    told = (each for each in reversed(above) if each.word.kind in {"head", "name"})
    return next((each.sure and each.word.kind == "name" for each in told), False)


def _labelled(stream: Stream, piece: Piece, prefix: Sequence[tuple[int, int]]) -> Iterator[Row]:
    word, kept = piece.word, _property(piece.word.kind)
    count = sum(bare(stream.text[start:end]) in _PAIRED_WORDS for start, end in prefix)
    cells = [stream.cell(start, end, n) for n, (start, end) in enumerate([*prefix, (word.start, word.end)])]
    if count and word.kind in _PAIRED:
        yield from _paired(stream, piece, cells, 1 + count)
        return
    if word.kind == "group" and bare(word.word) not in labels().money and piece.start < piece.end:
        kept = "hasIndicator"  # behind a group such as 绩效目标; its text holds more than could be divided
    # Such values are not kept, so that their ends need not be sure.
    is_aside = word.kind == "other" and not labels().lines["telling"].search(stream.text[piece.start : piece.end])
    if piece.start == piece.end and execution_meaning(word.word):
        yield Row(tuple(cells))  # the head of a column of money (预算数) rather than a label with a blank cell
    elif piece.sure or (kept and piece.start == piece.end) or is_aside:
        yield Row((*cells, stream.cell(piece.start, piece.end, len(cells))))
    else:
        yield Row(tuple(cells), withheld=frozenset({kept} if kept else ()))


def _unit_behind(stream: Stream, piece: Piece) -> Iterator[Row]:
    """Yield a row of the unit in brackets behind an amount, which ends the label of its group (项目资金)."""
    end = stream.text.find(")", piece.end) + 1
    bracket = stream.text[piece.end : end]
    if piece.word.kind in _MONEY_KINDS and bracket.startswith("(") and labels().line("form_unit", bracket):
        yield Row((stream.cell(piece.end, end, 0),))


def _paired(stream: Stream, piece: Piece, words: Sequence[Cell], count: int) -> Iterator[Row]:
    """Yield a row of `words`, labels that stand side by side, then a row for each line of the texts below them.

    `piece` has the span of these texts, and `count` is the number of labels. Goals are withheld unless each label has
    one text.
    """
    edges = [at for at in range(piece.start, piece.end) if stream.breaks.get(at) == 2] or [piece.start]
    texts = [stream.cell(*edge, 0) for edge in pairwise([*edges, piece.end])]
    over = bare(words[0].text) in labels().over_goals and (count, len(texts)) == (2, 1)  # text of the other label
    if piece.word.kind in _GOALS and len(texts) != count and not over and piece.start < piece.end:
        yield Row(tuple(words), withheld=frozenset({"hasGoal"}))
        return
    yield Row(tuple(words))
    if piece.start < piece.end:
        yield from (Row((text,)) for text in texts)


def _goal_and_done(stream: Stream, word: Word, prefix: Sequence[tuple[int, int]]) -> Iterator[Row]:
    """Yield a row with the labels of expected and achieved goals, then a row with both texts.

    The texts are divided at the only end of a line between them or, on one line, at the only space after a sentence. If
    there is no such point, or several, the row of labels is withheld. `prefix` are the spans of words before the
    labels.
    """
    labels_of_both = [stream.cell(start, end, n) for n, (start, end) in enumerate([*prefix, *word.cells])]
    behind = word.cells[-1][1]
    start = behind + 1 if stream.text.startswith(":", behind) else behind
    inner = [at for at in range(start + 1, word.end) if at in stream.breaks]
    ends = CELLS.pattern("ends_sentence")
    parting = [at for at in inner if stream.breaks[at] == 2] or [at for at in inner if ends.search(stream.text[at - 1])]
    whole = word.end < len(stream.text) and start < word.end
    if whole and len(parting) == 1:
        yield Row(tuple(labels_of_both))
        texts = ((start, parting[0]), (parting[0], word.end))
        yield Row(tuple(stream.cell(*text, len(prefix) + n) for n, text in enumerate(texts)))
    else:
        yield Row(tuple(labels_of_both), withheld=frozenset({"hasGoal"}) if start < word.end else frozenset())


def _property(kind: str) -> str | None:
    """Return the name of the ontology's property that a label of some kind states, or None if its value is not kept."""
    if kind in _GOALS:
        return "hasGoal"
    if kind in {
        "name",
        "other",
        "group",
        "person",
        "end",
        "title",
        "head",
        "execution",
        "done",
        "midTerm",
        "year",
        "unit",
    }:
        return None
    return STATED.get(kind, "hasSection" if kind == "section" else kind)


def divide(stream: Stream, found: Sequence[Word], *, whole: bool = False) -> list[Piece]:
    """Divide a stream into labels with their values, by the division with the highest score.

    `found` are the words of the form in the stream. A value at the end of the stream may be torn, unless the stream is
    a `whole` part of the file.
    """
    paths = Paths.of(_edges(stream, found))
    pieces = []
    path = paths.path()
    for node, following in pairwise(path[1:]):
        word = found[node - 1]
        start, end = _value(stream, found, node, following)
        pieces.append(Piece(word, start, end, _is_sure(paths, stream, found, (node, following), whole=whole)))
    return pieces


def _is_sure(paths: Paths, stream: Stream, found: Sequence[Word], edge: tuple[int, int], *, whole: bool) -> bool:
    """Return whether every division of the text that gives a label another value scores clearly lower.

    `edge` is a pair of nodes, counted as in `_score`: the label, and the word after its value. False for a value that
    may be torn at the end of the text (unless `whole`), and for one that does not look like a value of the label's
    kind.
    """
    node, following = edge
    own = _value(stream, found, node, following)
    text = stream.text[slice(*own)]
    kind, is_last = found[node - 1].kind, following > len(found) and not whole
    # Near the end of a text, only money with its unit is complete: 万 may go on as 万元 where nothing is behind it.
    unit = stream.text[own[1] - 1]
    is_whole = own[1] < len(stream.text) or unit == _UNIT_OF_MONEY
    is_closed = kind in _MONEY_KINDS and is_whole and amounts.names_unit(unit)
    # Digits on the next line may be the end of a figure or the number of the next label.
    is_broken = kind in _MONEY_KINDS and any(stream.breaks.get(at) == 2 for at in range(own[0] + 1, own[1]))
    ended = found[following - 1].start if following <= len(found) else len(stream.text)
    behind = stream.text[own[1] : ended]
    is_double = kind in _MONEY_KINDS and bool(_FIGURE.match(behind)) and not _BEHIND_MONEY.fullmatch(behind)
    is_year = kind in _MONEY_KINDS and CELLS.pattern("of_year").match(stream.text, own[0])
    is_joined = own[0] not in stream.breaks and stream.text[own[0] - 1] != ":"
    is_spoken = kind in _MONEY_KINDS and is_joined and behind.startswith(",")
    is_no_money = is_broken or is_double or is_year or is_spoken
    label = found[following - 1] if kind == "name" and following <= len(found) else None
    lines = sum(stream.breaks.get(at) == 2 for at in range(own[1], ended)) if kind == "name" else 0
    # An unknown label and its value are two lines: with a third one, the name may go on in the first of them.
    goes_on = lines == _TWO_NAMED and len(text) <= _LONGEST_PART
    runs_on = label is not None and _may_begin_later(stream, found, label)
    is_open = (goes_on or runs_on) and not is_rounded(text)
    if (is_last and not is_closed) or is_no_money or is_open or (text and not _may_be(kind, text)):
        return False
    others = (
        paths.through(node, other)
        for other in paths.edges[node]
        if other != following and _value(stream, found, node, other) != own
    )
    return paths.best - max(others, default=float("-inf")) >= _MARGIN


def _may_begin_later(stream: Stream, found: Sequence[Word], word: Word) -> bool:
    """Return whether the label of a body runs on from the name before, whose last word (项目) may be its first one.

    False if the form prints another label with such a word, as its labels then begin with it.
    """
    fields = labels().fields
    led = {
        each
        for each in found
        for at in range(1, len(each.word))
        if fields.get(each.word[at:]) == each.kind and fields.get(each.word[:at] + OF_NAMES) == "name"
    }
    return word.kind in _BODY_KINDS and word.start not in stream.breaks and led == {word}


def _edges(stream: Stream, found: Sequence[Word]) -> dict[int, dict[int, float]]:
    count = len(found)
    edges: dict[int, dict[int, float]] = {node: {} for node in range(count + 2)}
    for node in range(count + 1):
        start = found[node - 1].end if node else 0
        ahead = 0
        for other in range(node + 1, count + 1):
            if found[other - 1].start < start:
                continue
            edges[node][other] = _score(stream, found, node, other)
            ahead += 1
            if ahead == _MOST_AHEAD:
                break
        edges[node][count + 1] = _score(stream, found, node, count + 1)
    return edges


def _score(stream: Stream, found: Sequence[Word], node: int, other: int) -> float:
    """Score the step from `node` to `other` in a division of the stream; higher is better.

    The score is that of the value between the two words, and of the second word. Node 0 is the start of the text, node
    n is word n - 1 of `found`, and the last node is the end of the text.
    """
    score = 0.0
    if node:
        start, end = found[node - 1].end, found[other - 1].start if other <= len(found) else len(stream.text)
        text = stream.text[start:end]
        score += _value_score(found[node - 1].kind, text) - (0.0 if text.count("(") == text.count(")") else 3.0)
    if other > len(found):
        return score
    word = found[other - 1]
    score += 1.0 + 0.4 * min(len(word.word), 10)
    if word.kind == "head":
        score += _OF_HEAD * len(word.cells)
    else:
        is_ended = word.end in stream.breaks or stream.text[word.end - 1] == ":"
        score -= stream.unbounded * sum([word.start not in stream.breaks, not is_ended])
    score += 0.7 * stream.breaks.get(word.start, 0)
    score += 1.0 if stream.text[word.start : word.end].endswith(":") else 0.0
    if node and word.kind != "title":
        before = found[node - 1]
        if before.kind in {"head", "end"} and word.kind not in {"end", "head", "group"}:
            score -= _BELOW_TABLE
        elif before.rank > word.rank and word.kind != "group":
            score += _BACKWARD
    return score


def _value(stream: Stream, found: Sequence[Word], node: int, following: int) -> tuple[int, int]:
    """Return the start and end of the value of the label at `node`, before the word at `following`.

    Nodes are counted as in `_score`. Text after a figure or date is left out, and so are lines after the value of a
    field that are no part of it; a unit has no value.
    """
    word = found[node - 1]
    start, end = word.end, found[following - 1].start if following <= len(found) else len(stream.text)
    text = stream.text[start:end]
    if word.kind == "unit":
        return start, start
    if word.kind in _MONEY_KINDS and (money := _MONEY.fullmatch(text)):
        return start, start + money.end("figure")
    if word.kind in _DATE_KINDS and (date := CELLS.pattern("date").fullmatch(text)):
        return start, start + date.end("date")
    if word.kind in _BODY_KINDS and text and not _is_body(text):
        # An unknown label with its value may be on the lines below a body's name.
        lines = (at for at in range(end - 1, start, -1) if stream.breaks.get(at) == 2)
        return start, next((at for at in lines if _is_body(stream.text[start:at])), end)
    if word.kind in _FIELD_KINDS and "□" not in text:
        return start, _end_of_lines(stream, start, end)
    return start, end


def _end_of_lines(stream: Stream, start: int, end: int) -> int:
    """Return the end of a value that begins at `start` and may fill several lines before `end`.

    All lines count if they are about equally long and the last is no longer, as when a narrow cell breaks a text, and
    so do two lines of which the first ends no name. Otherwise the value ends with its first line, since an unknown
    label and its value are below.
    """
    edges = [start, *(at for at in range(start + 1, end) if stream.breaks.get(at) == 2), end]
    label = next((at for at in edges[1:-1] if _is_label_line(stream, at)), end)
    edges = [at for at in edges if at <= label]
    *widths, last = (after - before for before, after in pairwise(edges))
    if len(widths) == 1 and is_other_value(stream.text[slice(*edges[1:])]):
        return edges[1]
    is_even = bool(widths) and _EVEN * max(*widths, last) <= max(widths) <= min(widths) / _EVEN
    is_narrow = len(widths) == 1 and max(*widths, last) <= _LONGEST_PART
    is_open = is_narrow and not is_rounded(stream.text[slice(*edges[:2])])
    return edges[-1 if is_even or is_open else 1]


def _is_label_line(stream: Stream, start: int) -> bool:
    """Return whether the line that begins at offset `start` is a label and nothing else."""
    end = next(at for at in range(start + 1, len(stream.text) + 1) if stream.breaks.get(at) == 2)
    return of_text(stream.text[start:end]).is_label


def _may_be(kind: str, text: str) -> bool:
    """Return whether a text may be the value of a label of this kind, by its shape."""
    if kind in _BODY_KINDS:
        return _is_body(text)
    if kind in _DATE_KINDS:
        return CELLS.pattern("date").fullmatch(text) is not None
    if kind in _YEAR_KINDS:
        return CELLS.pattern("one_year").fullmatch(text) is not None
    if kind in _MONEY_KINDS:
        return amounts.is_blank(text) or _MONEY.fullmatch(text) is not None
    if kind == "name":
        begun = any(of_text(text[:end]).is_label for end in range(_SHORTEST_LABEL, _LONGEST_LABEL))
        return _is_name(text) and not begun and may_name(text, "label")
    is_choice = len(text) <= _LONGEST_CHOICE and not CELLS.pattern("label_of_choice").search(text)
    return kind not in {"category", "nature"} or is_choice or "□" in text


def _is_name(text: str) -> bool:
    """Return whether a text is as long as names are, is no sentence, leaves no bracket open and holds no label."""
    is_phrase = not {"。", ":"} & set(text) and not CELLS.pattern("label_of_name").search(text)
    return is_phrase and text.count("(") <= text.count(")") and _SHORTEST_NAME <= len(text) <= _LONGEST_NAME


def _is_body(text: str) -> bool:
    return _BODY.fullmatch(text) is not None and not CELLS.pattern("no_body").search(text[:-2])


_OF_NO_TEXT = {
    "name": -2.0,
    **dict.fromkeys((*_DATE_KINDS, *_BODY_KINDS), -0.5),
    **dict.fromkeys(("category", "nature"), 0.3),
    **dict.fromkeys(("group", "title", "unit", "execution", "done"), 0.5),
    "head": -6.0,
    **dict.fromkeys(("overallGoal", "annualGoal"), -0.3),
}
"""Scores of a label without a value, by kind."""


@lru_cache(maxsize=4096)
def _value_score(kind: str, text: str) -> float:
    """Score how well a text suits a kind of label as its value; higher is better, and bad values are negative."""
    if kind in _MONEY_KINDS:
        return _money_score(text)
    if not text:
        return _OF_NO_TEXT.get(kind, 0.0)
    if kind in _DATE_KINDS:
        if found := CELLS.pattern("date").fullmatch(text):
            return 0.8 if found["rest"] else 2.0
        return -2.0
    if kind in _BODY_KINDS:
        return 2.0 if _is_body(text) else -1.5 - 0.05 * len(text)
    scores = {
        "name": 1.0 if _is_name(text) else -3.0,
        "category": 0.3 if len(text) <= _LONGEST_CHOICE or "□" in text else -1.5,
        "nature": 0.3 if len(text) <= _LONGEST_CHOICE or "□" in text else -1.5,
        "group": -0.5 if _MONEY.fullmatch(text) else -1.5,
        "title": -0.5,
        "unit": -1.5,
        "person": 0.0 if len(text) <= 15 else -2.0,
        "other": -4.0 if text.startswith("(") else 0.0,  # of a name that ends in such a word and brackets
        "execution": -1.5,
        "done": -1.5,
        "head": 0.0 if kind == "head" and any(word in text for word in _LEVELS) else -6.0,
        "overallGoal": 0.5,
        "annualGoal": 0.5,
    }
    return scores.get(kind, 0.0)


def _money_score(text: str) -> float:
    if amounts.is_blank(text):
        return 0.3
    found = _MONEY.fullmatch(text)
    if not found:
        return -3.0
    return 2.5 if _BEHIND_MONEY.fullmatch(found["rest"]) else 0.5


_FEWEST_NUMBERED = 3  # rows in succession
_NUMBER = CELLS.pattern("number_of_row")
_HEAD = {name: CELLS.pattern(f"torn_{name}") for name in ("level2", "name", "target", "achieved", "weight", "score")}
_NATIONAL = ("level2", "name", "target", "achieved", "weight", "score")
_OF_FUND = ("level2", "name", "weight", "target", "achieved", "score")


def _numbered_table(stream: Stream) -> tuple[int, list[Row]] | None:
    """Find rows of results that carry their own numbers below a torn header, and return them with their start.

    Returns the offset of the first such row, and a list: the header, a withheld row with the text after the last row,
    and the numbered rows. None without numbered rows, or without a header that has their columns in order.
    """
    for order in (_NATIONAL, _OF_FUND):
        runs = [run for run in _runs(stream, order) if len(run) >= _FEWEST_NUMBERED]
        if runs:
            first, last = runs[0][0][0], runs[-1][-1][1]
            head = _head(stream.text[:last])
            behind = sorted(head.keys() - {*order[:2]}, key=head.__getitem__)
            if head.keys() == {*order} and tuple(behind) == order[2:]:
                words = Row(tuple(stream.cell(*head[name], n) for n, name in enumerate(order)))
                rest = Row((stream.cell(last, len(stream.text), 0),), withheld=NOT_READ)
                return first, [words, rest, *(row for run in runs for *_, row in run)]
    return None


def _head(text: str) -> dict[str, tuple[int, int]]:
    """Return the span of the last word for each column of a table header in a text, by the column's name."""
    words = ((name, [*pattern.finditer(text)]) for name, pattern in _HEAD.items())
    return {name: found[-1].span() for name, found in words if found}


def _runs(stream: Stream, order: tuple[str, ...]) -> Iterator[list[tuple[int, int, Row]]]:
    """Yield groups of rows with successive numbers, each with its start and end.

    Each row has a cell for every column in `order` but that of levels, and no other text.
    """
    known = Columns(dict(enumerate(order)))
    starts = [found for found in _NUMBER.finditer(stream.text) if found.start() in stream.breaks]
    run: list[tuple[int, int, Row]] = []
    for number, following in pairwise(starts):
        span = (number.start(), following.start())
        found = [*decoding.rows(stream, known, span)]
        is_whole = len(found) == 1 and not found[0].withheld and len(found[0].filled) == len(order) - 1
        if is_whole and int(following["number"]) == int(number["number"]) + 1:
            run.append((*span, found[0]))
        else:
            yield run
            run = []
    yield run
