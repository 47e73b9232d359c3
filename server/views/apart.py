"""Keep money of groups apart by year, kind and period, as no answer shows a sum of what is not to be added.

A group is that of a row of an answer; its money has several parts if it is of several years, kinds or periods.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pyoxigraph import NamedNode

from jixiao.ontology.grouping import by_key
from jixiao.ontology.reference import concepts
from jixiao.server.views.answers import Answer, Apart, Column, Key, Row, Value, written
from jixiao.server.views.conditions import OPERATORS, Condition
from jixiao.server.views.selection import Measure, Order, Selection

SHOWN = {"number": "text", "part": "iri", "prose": "text", "string": "iri", "role": "roles"}
"""Types of an answer's columns that are not called like those of the table's."""

Read = Callable[[Selection, Sequence[Column]], Sequence[Row]]
"""A function from a selection to its rows, with columns."""

AXES = {"year": "year", "kind": "amountKind", "period": "period", "fund": "fund", "taken": "amountPeriod"}
"""The columns of tables by which money is kept apart."""
WHOLE_TERM = next(each.label.zh for each in concepts("amount-period") if each.name == "term")
_APART = {"zh": "各年各种的", "en": "By year and kind: "}
_PART, _ROWS = "part_{}", "{}Rows"
_NUMBER = Measure("rows", "rows")
_FEW = 200  # things that are named in a condition


@dataclass(frozen=True)
class Groups:
    """The groups of a selection, the columns that keep their money apart (`by` year, kind, period), and a reader."""

    selection: Selection
    by: Mapping[str, str]
    read: Read

    def parts(self, rows: Sequence[Row]) -> Apart:
        """Return the parts of money in rows of groups.

        Measures of the whole, and sums along an order, have the parts of all rows. A measure that is made of two
        figures has the parts of both, unless each has one, of the same kind and, if the two are not years, of the same
        year.
        """
        keys = {name: source for name, source in self.selection.columns if source in self.selection.group}
        every = [each for each in self.selection.measures if self._is_money(each)]
        money = [each for each in every if not (each.of_groups or each.whole)]
        if not (money and rows and "year" in self.by):
            return Apart()
        found = self._of_sums(money, keys, rows)
        keyed = {key for _, key in found}
        added = [
            replace(self.selection.measure.get(str(each.column), each), name=each.name, whole=False)
            for each in every
            if each.whole or each.along
        ]
        of_all = self._of_sums(added, {}, ()) if added else {}
        found |= {(name, key): parts for (name, _), parts in of_all.items() for key in keyed}
        of_years = any(each.column == "year" for measure in self.selection.measures for each in measure.only)
        for measure in self.selection.measures:
            for key in keyed if measure.figures else ():
                both = [part for name in measure.figures for part in found.get((name, key), ())]
                if (
                    len(both) > len(measure.figures)
                    or len({(*kind(part), of_years or part["year"]) for part in both}) > 1
                ):
                    found[measure.name, key] = both
        names = {source: name for name, source in self.selection.columns}
        return Apart(
            tuple(keys),
            {(names[measure], key): ordered(of) for (measure, key), of in found.items() if measure in names},
        )

    def _is_money(self, measure: Measure) -> bool:
        """Return True for a measure that adds up money."""
        return measure.how in ("sum", "mean") and self.selection.column(measure.name).type == "yuan"

    def _of_sums(
        self, money: Sequence[Measure], keys: Mapping[str, str], rows: Sequence[Row]
    ) -> dict[tuple[str, Key], list[Row]]:
        """Return the parts of sums by measure and group.

        The amount of a project or fund has a phase and a period; other columns are of one period each, and are kept
        apart by the phase of the project's amount.
        """
        own = {name: source for name, source in keys.items() if source in self.selection.table.by_name}
        among = [
            Condition(source, OPERATORS["is"], tuple(NamedNode(str(row[name])) for row in rows))
            for name, source in own.items()
            if self.selection.column(source).type == "iri" and all(row[name] for row in rows) and len(rows) < _FEW
        ]
        axes = {name: _PART.format(name) for name in self.by}
        measures = {each.name: replace(each, how="sum") for each in money}
        measures |= {name: replace(each, name=name, how="with") for each in money for name in [_ROWS.format(each.name)]}
        found = grouped(
            self.read,
            self.selection,
            [*(each for each in self.selection.conditions if each not in self.selection.measured), *among[:1]],
            {**keys, **{axes[name]: column for name, column in self.by.items()}},
            measures,
        )
        sums = by_key(
            (
                (
                    each.name,
                    tuple(row[name] for name in keys),
                    tuple(
                        row[part] if name in ("year", "kind") or each.column == "amount" else None
                        for name, part in axes.items()
                    ),
                ),
                row,
            )
            for row in found
            for each in money
            if row[each.name] is not None
        )
        return by_key(
            (
                (name, key),
                {
                    "kind": None,
                    **dict(zip(self.by, values, strict=True)),
                    "rows": sum(int(row[_ROWS.format(name)] or 0) for row in of),
                    "amount": sum(Decimal(row[name] or 0) for row in of),
                },
            )
            for (name, key, values), of in sums.items()
        )


def ordered(parts: Sequence[Row]) -> Sequence[Row]:
    """Return parts by year, the newest first, by phase, and those of the year before those of whole terms."""
    return sorted(
        parts, key=lambda part: (-int(part.get("year") or 0), str(part.get("kind")), part.get("period") == WHOLE_TERM)
    )


def kind(part: Row) -> tuple[Value, ...]:
    """Return the phase of a part of money, its period, and for funds also what money it is."""
    return tuple(part.get(axis) for axis in AXES if axis != "year")


def in_file(answer: Answer) -> Answer:
    """Return an answer as files have it: cells that mix money are empty, and a column beside a sum has its parts.

    There is such a column if money is of several kinds or a cell mixes it.
    """
    parts = {column.name: [answer.apart.of(column.name, row) for row in answer.rows] for column in answer.columns}
    beside = {
        column.name: Column(f"{column.name}Apart", "parts", {tag: _APART[tag] + of for tag, of in column.label.items()})
        for column in answer.columns
        if column.how in (None, "sum") and not (column.whole or column.along)
        if len({kind(part) for of in parts[column.name] for part in of}) > 1
        or max(map(len, parts[column.name]), default=0) > 1
    }
    rows = tuple(
        {name: None if len(parts[name][n]) > 1 else value for name, value in row.items()}
        | {column.name: _told(parts[name][n]) for name, column in beside.items()}
        for n, row in enumerate(answer.rows)
    )
    columns = (each for column in answer.columns for each in (column, beside.get(column.name)) if each)
    return replace(answer, columns=tuple(columns), rows=rows)


def _told(parts: Sequence[Row]) -> str | None:
    """Return parts of money as one text, each as its year, the code of its kind, its period and its amount."""
    told = ((part["year"] or "?", *kind(part), part["amount"]) for part in parts)
    return "; ".join(" ".join(written(each) for each in part if each is not None) for part in told) or None


def grouped(
    read: Read,
    selection: Selection,
    conditions: Sequence[Condition],
    by: Mapping[str, str],
    measures: Mapping[str, Measure] | None = None,
) -> Sequence[Row]:
    """Return measures of rows that meet conditions by columns of a selection, by default their number and amount."""
    measures = measures or {"rows": _NUMBER} | ({"amount": Measure("total", "sum", "amount")} if "kind" in by else {})
    columns = {**by, **{name: each.name for name, each in measures.items()}}
    groups = replace(
        selection,
        columns=tuple(columns.items()),
        conditions=tuple(conditions),
        group=tuple(dict.fromkeys(by.values())),
        measures=tuple(measures.values()),
        order=tuple(Order(name, down=name == "year") for name in by.values()),
        limit=None,
        offset=0,
    )
    types = {name: groups.column(of).type for name, of in columns.items()}
    return read(groups, [Column(name, SHOWN.get(own, own), {}) for name, own in types.items()])
