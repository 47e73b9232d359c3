"""Repair the rows of a rendition: remove persons, and restore cells that ran together, were torn or were lost.

Each step repairs one kind of damage and leaves other rows unchanged. It is a function from rows to rows, or a function
for `rendition.joined`, from rows and an index to the new rows at the index and the number of rows that they replace (0
for none). Only this module knows the order of the steps.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial, reduce
from itertools import chain, islice, pairwise, starmap
from operator import is_

from jixiao.ingest.cells import borders, broken_names, folded_lists, lines, one_line, table_heads, unlabelled_projects
from jixiao.ingest.cells.prose import listing
from jixiao.ingest.cells.prose.sentences import even
from jixiao.ingest.cells.run_together import glued, money
from jixiao.ingest.rendition import Cell, Marks, Rendition, Row, joined
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, forms, labels
from jixiao.ingest.roles.role import Kind, is_word, of_text, role
from jixiao.ingest.values import targets
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.display import MASK
from jixiao.ontology.text.wording import Wording

_DIVIDING = (
    one_line.apart,
    money.clauses_apart,
    money.spending_restored,
    borders.restored,
    folded_lists.apart,
    unlabelled_projects.of_goals,
    unlabelled_projects.of_trees,
    partial(joined, join=lines.whole_word),
    glued.apart,
)
_ARRANGING = (
    broken_names.whole,
    partial(joined, join=lines.list_joined),
    partial(joined, join=money.unpaired),
    lines.whole_levels,
    lines.rejoined,
    table_heads.of_two_rows,
    table_heads.of_years,
    money.with_figures,
    table_heads.worded,
    unlabelled_projects.of_notices,
    unlabelled_projects.with_sum_of_notice,
    listing.read,
)
"""The steps, in order: those that divide cells, and those that arrange cells in rows and columns."""


@dataclass(frozen=True)
class Choice:
    """Two questions that decide between the divisions of a form, asked with the form's arranged rows.

    `is_lacking` says whether the usual rows may lack something, and `is_better` whether more is read of other rows.
    """

    is_lacking: Callable[[Sequence[Row]], bool]
    is_better: Callable[[Sequence[Row], Sequence[Row]], bool]


def cells(rendition: Rendition, marks: Marks, choice: Choice) -> tuple[tuple[Row, ...], dict[int, tuple[str, ...]]]:
    """Return the repaired rows of a rendition, without persons and page numbers, and the texts to mask on each line.

    The keys of the mapping are line numbers. The cells of persons and page numbers are noted in `marks`. Persons are
    searched for again after cells were divided: a name may follow its label after a single space. A form is divided at
    once instead of step by step where `choice` prefers the rows that result.
    """
    persons = _Persons(marks)
    whole = persons.without(_without_running_heads(rendition.rows, marks))
    parts = forms([(row.first_line, row.text) for row in whole])
    last = parts[-1] if parts else None
    forms_divided = (_divided(whole[part], choice, marks, is_followed=part is not last) for part in parts)
    divided = persons.without(glued.blanks_apart([*chain.from_iterable(forms_divided)]))
    rows = _arranged(divided, marks)
    return rows, {line: tuple(texts) for line, texts in persons.hidden.items()}


def _divided(rows: Sequence[Row], choice: Choice, marks: Marks, *, is_followed: bool) -> Sequence[Row]:
    """Return the rows of a form divided into cells step by step, or at once if `choice` prefers the rows that result.

    `is_followed` is true if another form is below, so that this one cannot be cut off. A form divided at once is noted
    in `marks`.
    """
    usual = _repaired(rows, _DIVIDING)
    if any(row.closed and len(row.filled) > 1 for row in rows) or not choice.is_lacking(
        arranged := _arranged(glued.blanks_apart(usual), Marks())
    ):
        return usual
    other = tuple(glued.at_once(rows, whole=is_followed))
    if not other or not choice.is_better(arranged, _arranged(glued.blanks_apart(other), Marks())):
        return usual
    marks.at_once.append((rows[0].first_line, rows[-1].last_line))
    return other


def _arranged(rows: Sequence[Row], marks: Marks) -> tuple[Row, ...]:
    """Return divided rows with their cells arranged in rows and columns, and without page numbers."""
    return tuple(_without_page_numbers(_repaired(rows, _ARRANGING), marks))


def _repaired(rows: Sequence[Row], steps: Iterable[Callable[[Sequence[Row]], Iterable[Row]]]) -> Sequence[Row]:
    return reduce(lambda known, step: tuple(step(known)), steps, rows)


def _without_running_heads(rows: Sequence[Row], marks: Marks) -> Iterator[Row]:
    """Yield the rows without page numbers between dashes, and without the running header of the pages.

    The running header is a text that stands beside most page numbers, and at most once elsewhere; its first occurrence
    is kept. Titles, labels, levels, targets and headers of tables are no running headers, unless they repeat the file's
    first row and no form follows.
    """
    texts = [row.filled[0].text if len(row.filled) == 1 and not row.closed else "" for row in rows]
    short = (at for at, text in enumerate(texts) if 0 < len(text) <= _LONGEST_NAME)
    numbers = {at for at in short if labels().line("page_number_alone", texts[at])}
    beside = Counter(texts[at] for number in numbers for at in (number - 1, number + 1) if 0 <= at < len(texts))
    every = Counter(texts)
    heads = {
        text
        for text, count in beside.items()
        if count > 1 and 2 * count >= len(numbers) and every[text] <= count + 1 and _may_run(text)
    }
    seen: set[str] = set()
    for at, row in enumerate(rows):
        if at in numbers:
            marks.figure(row.filled[0])
        elif (texts[at] in heads and texts[at] in seen) or (at - 1 in numbers and _is_running(rows, at)):
            marks.known(row.filled)
        else:
            yield row
        seen.add(texts[at])


def _is_running(rows: Sequence[Row], at: int) -> bool:
    """Return whether row `at` repeats the file's first row, no person is in it, and what follows begins no form."""
    if rows[at].text != rows[0].text:
        return False
    kinds = (role(cell).kind for row in islice(rows, at + 1, None) for cell in row.filled)
    if next((kind for kind in kinds if kind is not Kind.GROUP), None) not in _WITHIN_A_FORM:
        return False
    texts = [cell.text for cell in rows[at].filled]
    return not any(of_text(text).kind is Kind.PERSON or any(each.search(text) for each in _INLINE) for text in texts)


def _may_run(text: str) -> bool:
    """Return whether a line may be a running header, such as the name of the file.

    A title, a label, a level, a target and the header of a table are none.
    """
    first, *_ = even(text).partition(":")[0].split() or [""]
    is_cell = is_word(first) or columns.reads_as_level(first) or targets.parse(text).value is not None
    return bool(first) and not (is_cell or labels().is_title(text))


def _without_page_numbers(rows: Iterable[Row], marks: Marks) -> Iterator[Row]:
    """Yield the rows without bare page numbers; a bare number below a label is a value and stays."""
    awaited = False
    for row in rows:
        alone = len(row.cells) == 1 and not row.closed
        is_value = awaited and row.text.strip().isdigit()
        if alone and labels().line("page_number", row.text) and not is_value:
            marks.figure(row.filled[0])
        else:
            awaited = alone and role(row.cells[0]).kind in {Kind.AMOUNT, Kind.FIELD, Kind.OTHER}
            yield row


_LONGEST_NAME = 20
_WITHIN_A_FORM = {Kind.AMOUNT, Kind.MONEY, Kind.GOAL, Kind.COLUMN, Kind.LEVEL, Kind.VALUE}
"""Kinds of cells that may be at the top of a form's second page; labels of names, bodies and dates begin a form."""
_LABELS = "|".join([*sorted(labels().persons, key=len, reverse=True), labels().person_ends.pattern])
_WORDING = Wording("jixiao.ingest.roles", "persons.toml", {"labels": f"(?:{_LABELS})"})
_MAY_NAME, _BODY = map(_WORDING.pattern, ("may_name", "body"))
_INLINES = ("behind_colon", "behind_blank", "before_number", "telephone", "number")
_BLOTS = re.compile(f"{MASK[0]}+")
_INLINE = tuple(map(_WORDING.pattern, _INLINES))


@lru_cache(maxsize=8192)  # persons are searched for twice
def _may_name(text: str) -> bool:
    return _MAY_NAME.search(text) is not None


@lru_cache(maxsize=8192)
def _concerns_persons(text: str) -> bool:
    """Return whether a text is the label of a person, or may hold a person's name."""
    return of_text(text).kind is Kind.PERSON or _may_name(text)


def _torn(row: Row, below: Row) -> Cell | None:
    """Return a row's first cell if it is a person's label that ends in the row below, before a name and a telephone."""
    found = row.filled
    beside = len(found) > 2 and _concerns_persons(found[2].text) and not role(found[0]).is_label
    ends = beside and len(below.filled) == 1 and labels().is_person(bare(found[0].text + below.text))
    return found[0] if ends else None


@dataclass
class _Persons:
    """Removes persons from rows, and collects the texts to mask by line number.

    `named` is true while a person's label waits for the name in the next cell.
    """

    marks: Marks
    hidden: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    named: bool = False  # True after a label of a person, until its name follows

    def without(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Return the rows without names and telephone numbers of persons, and add these texts to `hidden`."""
        self.named, known = False, [*rows]
        return tuple(starmap(self._row, pairwise([*known, Row(())])))

    def _row(self, row: Row, below: Row) -> Row:
        if not self.named and not any(_concerns_persons(cell.text) for cell in row.filled):
            return row
        alone, kept, torn = len(row.cells) == 1, [], _torn(row, below)
        for cell in row.cells:
            words = (
                [
                    *(bare(cell.text), bare(folded(cell.text).partition(":")[0])),
                    *(*cell.text.split()[:1], glued.label_of_line(cell.text)),
                ]
                if self.named and cell
                else []
            )
            known = any(of_text(word).is_label for word in words)
            if words and not known and (not alone or len(words[0]) <= _LONGEST_NAME):
                kept.append(self._hide(cell))
                self.named = False
                continue
            self.named = cell is torn or role(cell).kind is Kind.PERSON or (self.named and not cell)
            kept.append(self._masked(cell))
        # A label that is the last cell of its row may have its name in the next row.
        self.named = self.named and role(row.cells[-1]).kind is Kind.PERSON
        return row if all(map(is_, kept, row.cells)) else replace(row, cells=tuple(kept))

    def _hide(self, cell: Cell) -> Cell:
        """Return an empty cell in place of a cell with a person's name, and add the name to the texts to mask."""
        self.marks.person(cell)
        for line, text in cell.parts:
            if text.strip():
                self.hidden[line].append(text.strip())
        return replace(cell, parts=tuple((line, "") for line, _ in cell.parts))

    def _masked(self, cell: Cell) -> Cell:
        """Return a cell with the persons in its running text replaced by a mask.

        Persons are found after a label (`联系人：…`), or as a name before a telephone number.
        """
        if not _may_name(cell.text):
            return cell
        parts: list[tuple[int, str]] = []
        for whole in [cell.parts] if cell.wrapped else [[part] for part in cell.parts]:
            text = shown = "".join(part for _, part in whole)
            for pattern in _INLINE:
                shown = pattern.sub(partial(_blotted, text=text), shown)
            for line, part in whole:
                left, shown = shown[: len(part)], shown[len(part) :]
                parts.append((line, _BLOTS.sub(MASK, left)))
                if left != part:
                    self.marks.person(replace(cell, parts=((line, part),)))
                    self.hidden[line] += [part[slice(*each.span())] for each in _BLOTS.finditer(left)]
        return replace(cell, parts=tuple(parts))


def _blotted(match: re.Match[str], *, text: str) -> str:
    """Return the matched text with each character of its person blotted out.

    It is returned unchanged if the person is all of `text`, the text that was searched, as an amount in digits is, or
    the name of a body.
    """
    person = match["person"].strip()
    if not person or person == text.strip() or MASK in person or _BODY.fullmatch(person):
        return match[0]
    return match[0].replace(person, MASK[0] * len(person))
