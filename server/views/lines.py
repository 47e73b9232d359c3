"""Look up the line from which each value of a thing was read, and add these lines to the answers of views.

The graph has one `jx:sourceLine` for a project or a part of one; the lines of single values stand in the ledgers of the
thing's sources alone.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from sys import intern
from typing import NewType

from jixiao.ontology import grouping, properties, terms
from jixiao.ontology.reference import reference
from jixiao.server.editions.protocols import Publication
from jixiao.server.views.answers import Answer, Column, Row
from jixiao.store import SourceMissingError, bounded_cache

FactLines = NewType("FactLines", Mapping[str, Mapping[str, Sequence[int]]])
"""The lines of a source from which the values of a property were read, by IRI of the thing and of the property."""

_DERIVED: Mapping[str, Callable[[], Sequence[str]]] = {
    terms.amount: properties.amount_sources,
    terms.department: properties.department_sources,
    terms.fiscalYear: lambda: (terms.year,),
}
"""Properties that are derived from others, and those others, the preferred one first."""


class LedgerLines(bounded_cache.BoundedCache[FactLines]):
    """Cache of the lines of a dataset's ledgers, some 20 kilobytes for each project of a source."""

    def __init__(self, store: Publication) -> None:
        super().__init__(64)
        self._store = store

    def of(self, source: str) -> FactLines:
        """Return the lines of a source, given by IRI; none if the source is unknown or has no ledger."""
        try:
            record = self._store.source(source.rpartition("/")[2])
        except SourceMissingError:
            return FactLines({})
        key = record.sha256, record.revision
        lines = self.get(key)
        if lines is None:
            ledger = self._store.ledger(record.sha16)["lines"]
            lines = FactLines(
                grouping.by_keys(
                    (fact["node"], intern(fact["property"]), entry["n"])
                    for entry in ledger
                    for fact in entry["facts"]
                    if "valueless" not in fact
                )
            )
            if lines:  # an endpoint's source may get its ledger later
                self.put(key, lines)
        return lines


def line(lines: FactLines, thing: str, name: str, values: int = 1) -> int | None:
    """Return the line of the value of a thing's property, the first line if the value is printed several times.

    A derived property has the line of the property that it was taken from, which may be one of the project's filing. If
    the property has several `values`, the ledger does not tell which of its lines is whose: the answer is None unless
    there is only one line.
    """
    places = [(thing, name)]
    if name in _DERIVED:
        filing = thing.replace("/id/project/", "/id/filing/").rpartition("/")[0]
        places = [(node, each) for each in _DERIVED[name]() for node in (thing, filing)]
    read = next((lines[node][each] for node, each in places if each in lines.get(node, ())), ())
    return read[0] if len(read) == 1 or (read and values == 1) else None


EVIDENCE = "evidence"
"""The parameter of every view that asks, with the value 1, for a column of lines beside each column of values."""


def with_lines(answer: Answer, ledgers: LedgerLines) -> Answer:
    """Return an answer whose rows have the lines of values read from ledgers.

    Rows about one property of a project get their empty `line`. If the parameter EVIDENCE asks for them, columns with
    values of a project (`amount`) are followed by columns of lines (`amountLine`); an answer whose rows are not about
    one project each has none.
    """
    columns = {column.name for column in answer.columns}
    if not {"project", "source"} <= columns:
        return answer
    if "property" in columns:
        values = Counter(row["property"] for row in answer.rows if row["itemIri"] is None)
        return replace(answer, rows=tuple(_of_property(row, ledgers, values[row["property"]]) for row in answer.rows))
    if answer.params.get(EVIDENCE) != "1":
        return answer
    more = {
        each.name: Column(
            f"{each.name}Line",
            "line",
            {"zh": f"{each.label['zh']}（行）", "en": f"{each.label['en']} (line)"},
        )
        for each in answer.columns
        if _is_read(each)
    }
    rows = tuple({**row, **{of.name: _line(row, name, ledgers) for name, of in more.items()}} for row in answer.rows)
    with_more = (each for column in answer.columns for each in (column, more.get(column.name)) if each)
    return replace(answer, columns=tuple(with_more), rows=rows)


def _of_property(row: Row, ledgers: LedgerLines, values: int) -> Row:
    """Return a row with the line of its property, if it has no line and is not about a part of the project.

    The project has so many `values` of the property.
    """
    if row["line"] is not None or row["itemIri"] is not None:
        return row
    own = ledgers.of(str(row["source"]))
    return {**row, "line": line(own, str(row["project"]), str(row["property"]), values)}


def _line(row: Row, name: str, ledgers: LedgerLines) -> int | None:
    """Return the line of the value of a property, by local name, of the project in a row."""
    return line(ledgers.of(str(row["source"])), str(row["project"]), terms.JX + name)


def _is_read(column: Column) -> bool:
    """Return True for a column with the values, as words or figures, of a property that projects have."""
    term = reference().get(terms.JX + column.name)
    return term is not None and terms.Project in term.domains and column.type in ("text", "concept", "year", "yuan")
