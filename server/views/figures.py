"""Make the figures of a selection: its sums of money by phase, year and period, each with the number of its rows.

Amounts of two phases, years or periods are never added up. A column with a sum of money therefore becomes one for each
phase (`sum_amount_requested`), followed by the number of rows that have it (`with_amount_requested`); a sum of rows of
several years or periods is blank. All that shows figures, from heads and charts to files, has them from here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from string import Formatter
from typing import Any

from jixiao.ontology.reference import concepts
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.answers import UNLABELLED, Column, Row, Sum
from jixiao.server.views.conditions import Condition
from jixiao.server.views.parameters import called
from jixiao.server.views.selection import Measure, Order, Selection
from jixiao.server.views.sentences import sentence
from jixiao.store.tables.table import Column as TableColumn

Read = Callable[[Selection, Sequence[Column]], Sequence[Row]]
"""A function from a selection to its rows, with columns."""

SHOWN = {"number": "text", "part": "iri", "prose": "text", "string": "iri", "role": "roles"}
"""Types of an answer's columns that are not called like those of the table's."""
PHASE = "amountKind"
"""The column of a table with the phase of its money."""
ALIKE = ("year", "amountPeriod", "period", "fund")
"""The columns in which the rows of a sum of money are alike."""
_PERIODS = ("amountPeriod", "period")
USUAL = "amount"
"""The column of the money that heads speak of."""
REQUESTED = "requested"


def phases() -> list[str]:
    """Return the codes of the phases of money, in the order of their scheme."""
    return [term.name for term in concepts("funding-decision")]


def phase_of(name: str, named: Mapping[str, TableColumn]) -> str | None:
    """Return the column with the phase of the money in a column, None if there is none among the `named` columns."""
    phase = (named[name].phase if name in named else None) or PHASE
    return phase if phase in named else None


def by_phase(columns: Sequence[Column], named: Mapping[str, TableColumn], *, own: bool = False) -> tuple[Column, ...]:
    """Return the columns of a view, with one for each phase in place of each that is a sum of money, or made of sums.

    `named` are the columns of its table. Groups of one phase need none, and in groups of a phase of other money a sum
    is of rows that are alike in its own; the phases of an `own` table of the operator are not known beforehand.
    """
    of_groups = {column.of or column.name for column in columns if not column.how}
    known_apart = own or PHASE in of_groups
    alike = tuple(name for name in ALIKE if name in named)
    parting, made = _Parting(named, {}), list[Column]()
    for column in columns:
        root = parting.root(column)
        phase_column = phase_of(root, named) if root else None
        if root is None or not (alike or phase_column):
            made.append(column)
            continue
        # Money besides an amount is of one period by its column, unless it has a column with its period.
        of_root = alike if root == USUAL else tuple(name for name in alike if name not in _PERIODS)
        period = named[root].period if root in named else None
        kept_apart = [phase_column] if phase_column and known_apart and phase_column not in of_groups else []
        of_root = (*kept_apart, *of_root, *([period] if period else ()))
        money = replace(column, alike=of_root if _is_sum(column) else ())
        parting.roots[column.name] = root
        if phase_column and not (known_apart or phase_column in of_groups):
            made += (each for phase in phases() for each in parting.of_phase(money, phase))
        else:
            made += _counted(money, "") if phase_column in of_groups or PHASE in of_groups else [money]
    return tuple(made)


def _is_sum(column: Column) -> bool:
    return column.type == "yuan" and column.how in ("sum", "mean") and not (column.over or column.along)


@dataclass(frozen=True)
class _Parting:
    """The columns of a table (`named`), and the column of money that each sum of a view adds up (`roots`)."""

    named: Mapping[str, TableColumn]
    roots: dict[str, str]

    def root(self, column: Column) -> str | None:
        """Return the table's column of money that a column adds up, or that the sums which it is made of add up."""
        if _is_sum(column):
            return column.of or column.name
        along = [(column.along or "").removeprefix("-"), str(column.of)] if column.along else []
        return next((self.roots[name] for name in (*column.figures, *along) if name in self.roots), None)

    def parted(self, name: str, phase: str) -> str:
        """Return the name that a column with a name has for a phase; the name may begin with that of an order."""
        plain = name.removeprefix("-")
        if plain not in self.roots:
            return name
        stem = f"sum_{plain}" if plain in self.named else plain
        return f"{name.removesuffix(plain)}{stem}_{phase}"

    def of_phase(self, column: Column, phase: str) -> Iterator[Column]:
        """Yield the column of one phase and, behind a sum, the number of rows that have such money."""
        behind, root = sentence("of-phase", phase=called()[phase]), self.roots[column.name]

        stem = f"{column.how}_{column.name}" if column.name in self.named else column.name
        plain = replace(
            column,
            name=f"{stem}_{phase}",
            label=column.label + behind,
            labelled=column.labelled and column.labelled + behind,
            phase=phase,
            money=root,
            blank=None,
        )
        if not _is_sum(column):
            yield replace(
                plain,
                of=column.of and self.parted(column.of, phase),
                figures=tuple(self.parted(name, phase) for name in column.figures),
                along=column.along and self.parted(column.along, phase),
            )
            return
        phase_column = phase_of(root, self.named)
        condition: dict[str, Any] = {"column": phase_column, "values": [phase]}
        if phase == phases()[-1]:
            condition = {"column": phase_column, "operator": "isNot", "values": phases()[:-1]}
        only = [*([column.only] if isinstance(column.only, Mapping) else column.only), condition]
        yield from _counted(replace(plain, only=only, of=root), f"_{phase}")


def _counted(column: Column, phase: str) -> Iterator[Column]:
    """Yield a column and, behind a sum of rows, the number of those that have such money."""
    if column.how != "sum" or column.whole:
        yield column
        return
    count = f"with_{(column.name.removesuffix(phase)).removeprefix('sum_')}{phase}"
    yield replace(column, note=count)
    yield replace(
        column,
        name=count,
        type="integer",
        label=sentence("number-of", column=column.label),
        labelled=column.labelled and sentence("number-of", column=column.labelled),
        how="with",
        of=column.of or column.name,
        more=True,
        blank=None,
        alike=(),
    )


def number_beside(column: Column) -> str:
    """Return the name of the column with the number of rows that a sum or mean of money is of."""
    return column.note or f"with_{column.money}_{column.phase}"


def is_mixed(row: Row, column: Column) -> bool:
    """Return True if a group has no sum or mean of its money, which is of several years or periods."""
    return row[column.name] is None and bool(row.get(number_beside(column)))


def unphased(column: Column) -> str:
    """Return the name that a column of a phase has in the file of a view, where it is without a phase."""
    return column_stem(column).removeprefix("sum_") if column.phase else column.name


def column_stem(column: Column) -> str:
    """Return the name of a column without its phase."""
    return column.name.removesuffix(f"_{column.phase}")


def named(sentence: str) -> set[str]:
    """Return the names in the braces of a sentence."""
    return {name for _, name, *_ in Formatter().parse(sentence) if name}


def unparted(column: Column) -> Bilingual:
    """Return the label of a column without that of its phase."""
    phase, label = sentence("of-phase", phase=called()[str(column.phase)]), column.label
    return Bilingual(label.zh.removesuffix(phase.zh), label.en.removesuffix(f" {phase.en}"))


@dataclass(frozen=True)
class Phases:
    """The phases of the money of some rows, of which `main` is that of most amounts, or of most other money."""

    named: frozenset[str]
    main: str = REQUESTED

    def has(self, column: Column) -> bool:
        """Return True for a column of one of these phases, or of none."""
        return column.phase is None or column.phase in self.named


ONE = Phases(frozenset((REQUESTED,)))
"""The phase of queries that are shown before anybody asks them."""


def every_phase() -> Phases:
    """Return all phases, for rows of which nothing is known beforehand."""
    return Phases(frozenset(phases()))


def occurring(read: Read, selection: Selection, roots: Mapping[str, str]) -> Phases:
    """Return the phases of the money in the rows of a selection; `roots` are columns of money, each with its phase's.

    The amounts of projects tell the phase that most of the money has; without them, the first column does.
    """
    main, occurs = REQUESTED, {REQUESTED}
    for root, phase_column in sorted(roots.items(), key=lambda item: item[0] == USUAL):
        having = dict.fromkeys(phases(), 0)
        stated = {"stated": Measure("stated", "with", root)}
        for group in grouped(read, selection, selection.conditions, {"kind": phase_column}, stated):
            having[str(group["kind"] or phases()[-1])] += int(group["stated"] or 0)
        occurs |= {phase for phase, number in having.items() if number}
        main = max(having, key=lambda phase: having[phase])
    return Phases(frozenset(occurs), main)


def groups(read: Read, selection: Selection, axes: Mapping[str, str]) -> Sequence[Row]:
    """Return the rows of a selection by year, phase, period and fund, with the amounts of each group.

    `axes` are the table's columns for these.
    """
    measures = {"rows": Measure("rows", "rows")}
    if "kind" in axes:
        measures |= {"stated": Measure("stated", "with", USUAL), "amount": Measure("total", "sum", USUAL)}
    # Rows without a related row are in no group by its columns.
    return grouped(read, selection, selection.conditions, axes, measures)


def sums(found: Sequence[Row]) -> list[Sum]:
    """Return the sums of groups of rows, the newest year first; the phases of a year are in their order."""
    made = [
        Sum(
            group["year"],
            str(group.get("kind") or phases()[-1]),
            str(group.get("of") or group.get("period") or "") or None,
            str(group["fund"]) if group.get("fund") else None,
            str(group["period"]) if group.get("of") else None,
            int(group["stated"] or 0),
            Decimal(group["amount"] or 0),
        )
        for group in found
        if group.get("stated")
    ]
    made.sort(key=lambda each: (-int(each.year or 0), phases().index(each.phase), each.is_of_term))
    return made


def number_of_rows(read: Read, selection: Selection, *conditions: Condition) -> int:
    """Return the number of rows that meet conditions."""
    [row] = grouped(read, selection, conditions, {})
    return int(row["rows"] or 0)


def grouped(
    read: Read,
    selection: Selection,
    conditions: Sequence[Condition],
    by: Mapping[str, str],
    measures: Mapping[str, Measure] | None = None,
) -> Sequence[Row]:
    """Return measures of rows that meet conditions by columns of a selection, by default their number."""
    measures = measures or {"rows": Measure("rows", "rows")}
    columns = {**by, **{name: each.name for name, each in measures.items()}}
    made = replace(
        selection,
        columns=tuple(columns.items()),
        conditions=tuple(conditions),
        group=tuple(dict.fromkeys(by.values())),
        measures=tuple(measures.values()),
        order=tuple(Order(name, down=name == "year") for name in by.values()),
        limit=None,
        offset=0,
    )
    types = {name: made.column(of).type for name, of in columns.items()}
    return read(made, [Column(name, SHOWN.get(own, own), UNLABELLED) for name, own in types.items()])
