"""Conditions on the rows of tables: a column, an operator and values; and what the related rows that met one give.

Values of one condition are joined by *or*, conditions by *and*. A condition on a column such as `citations.document` is
about related rows: those that belong to the same thing. All conditions on one related table are met by one row of it.
An inverted operator on a related table means that no row of it passes the operator's test.

An operator's test is written twice, in SQL over a file of tables and in SPARQL. Its texts are those of operators.toml
alone: SQL gets the values as parameters, and in SPARQL pyoxigraph writes all values but numbers.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.query.binding import Term
from jixiao.store.tables.exact import PARTS_OF_YUAN, sortable
from jixiao.store.tables.table import Column

Bind = Callable[[object], str]
"""A function that binds a value to a parameter of an SQL statement, and returns the parameter."""

NUMBERS = frozenset({"integer", "yuan", "decimal"})
"""The ways in which a file of tables stores numbers."""
TEXTS = frozenset({"word", "inline", "prose"})
"""The ways in which a file of tables stores texts."""

_LARGEST = 2**63 - 1  # of SQLite's integers


@dataclass(frozen=True)
class CellTest:
    """A test of a cell against one value, as templates for SQL and SPARQL.

    In the templates `cell` is the cell's number or text, `folded` its text in lower case, `quoted` this text in quotes
    if the value has one, and `value` the value.
    `takes` are the ways of storing cells that can be tested. `rounding` rounds a value between two that cells can have,
    so that the test means the same; without it, no cell passes.
    """

    sql: str
    sparql: str
    takes: frozenset[str]
    rounding: str | None = None

    def typed(self, value: str) -> str:
        """Return a text to test cells for, in lower case if the test is of texts in lower case."""
        return value.lower() if "{folded}" in self.sql else value


_STATED: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("operators.toml").read_text(encoding="utf-8"))
_TESTS = {
    name: CellTest(takes=frozenset(entries.pop("takes", NUMBERS | TEXTS)), **entries)
    for name, entries in _STATED["tests"].items()
}
_IS, AT_LEAST = _TESTS["equal"], _TESTS["least"]


@dataclass(frozen=True)
class Operator:
    """An operator: its name in addresses, its words, and its test; without a test, it asks if there is any value.

    An `inverted` operator asks for what does not pass; cells without a value are among these if it `keeps_unknown`.
    A `blank` operator, which has no test, asks for a cell without a value.
    `of_words` replaces the test for values that are neither codes, which begin with a digit, nor addresses.
    """

    name: str
    words: Bilingual
    test: CellTest | None = None
    inverted: bool = False
    keeps_unknown: bool = False
    of_words: CellTest | None = None
    blank: bool = False
    opposite: str = ""

    def takes(self, column: Column) -> bool:
        """Return True if the operator can test the cells of a column."""
        return self.test is None or column.stored in self.test.takes

    def sql(self, column: Column, cell: str, values: Sequence[Term], bind: Bind) -> str:
        """Return the condition that this operator sets for a column as SQL; `cell` is SQL for the column's value."""
        met = self.met_sql(column, cell, values, bind)
        if not self.inverted:
            return met
        return f"({cell} IS NULL OR NOT {met})" if self.keeps_unknown else f"({cell} IS NOT NULL AND NOT {met})"

    def met_sql(self, column: Column, cell: str, values: Sequence[Term], bind: Bind) -> str:
        """Return the test of a cell, not inverted, as SQL; for a cell without a value it is NULL or false."""
        if self.test is None:
            return f"({cell} IS {'' if self.blank else 'NOT '}NULL)"
        facts = ((test, fact(column, test, value.value)) for test, value in self._tests(values))
        bound = [(test, bind(stored)) for test, stored in facts if stored is not None]

        # SQLite reads long lists, but no chain of more than 1,000 alternatives.
        equal = ", ".join(value for test, value in bound if test is _IS)
        bound = [each for each in bound if each[0] is not _IS] + ([(_IS, equal)] if equal else [])

        def met(text: str, folded: str) -> str:
            tests = (test.sql.format(cell=text, folded=folded, value=value) for test, value in bound)
            return " OR ".join(tests) or "FALSE"

        own = f"({met(cell, f'lower({cell})')})"
        word = f"{cell} IN (SELECT id FROM word WHERE {met('text', 'coalesce(small, text)')})"  # noqa: S608 - texts of this module
        prose = f"CASE typeof({cell}) WHEN 'text' THEN {own} ELSE {word} END"
        return {"word": word, "prose": prose}.get(column.stored, own)

    def sparql(self, column: Column, variable: str, values: Sequence[Term]) -> str:
        """Return the condition that this operator sets for a column as SPARQL; `variable` is the column's, as `?x`."""
        met = self.met_sparql(column, variable, values)
        if not self.inverted:
            return met
        return f"({unknown(variable)} || !({met}))" if self.keeps_unknown and self.test else f"!({met})"

    def met_sparql(self, column: Column, variable: str, values: Sequence[Term]) -> str:
        """Return the test of a variable, not inverted, as SPARQL; for an unbound variable it is false or an error."""
        if self.test is None:
            return f"{'' if self.blank else '!'}({unknown(variable)})"
        text = variable if column.stored in NUMBERS else f"STR({variable})"
        written = ((test, _written(column, test, value.value)) for test, value in self._tests(values))
        tests = [
            test.sparql.format(cell=text, quoted=_quoted(f"LCASE({text})", term), value=term)
            for test, term in written
            if term is not None
        ]
        # Without any, what no value meets: Virtuoso takes a variable that is not bound for equal to itself.
        return " || ".join(tests) or f"STRLEN(STR({variable})) < 0"

    def terms(self, column: Column, values: Sequence[Term]) -> list[str]:
        """Return all terms that meet the condition, in SPARQL's syntax; none if it does not list values."""
        if self.test is not _IS or self.inverted or column.stored not in ("word", "integer"):
            return []
        if column.stored == "integer":
            numbers = (_number(value.value) for value in values)
            return list(dict.fromkeys(f"{number:f}" for number in numbers if number is not None))
        # No text is a term of a column of IRIs, and Virtuoso loses rows where it is listed as one.
        kinds = NamedNode if column.type == "iri" else (NamedNode, Literal)
        return list(dict.fromkeys(str(term) for each in values for term in _spelt(each) if isinstance(term, kinds)))

    def _tests(self, values: Sequence[Term]) -> Iterator[tuple[CellTest, Term]]:
        """Yield each value with the test that applies to it."""
        if self.test is not None:
            for value in values:
                code = value.value[:1].isdecimal() or value.value.startswith("http")
                yield (self.test if code else self.of_words or self.test), value


def unknown(variable: str) -> str:
    """Return the condition that a variable has no value as SPARQL; Virtuoso takes what functions give for bound."""
    return f'COALESCE(STR({variable}), "") = ""'


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:  # a text that no number equals
        return None


def _written(column: Column, test: CellTest, value: str) -> str | None:
    """Return a value in SPARQL's syntax, None for a text that is not the number or IRI asked for."""
    if column.stored == "integer":
        # Virtuoso overlooks a condition with decimal places on what has none.
        whole = fact(column, test, value)
        return None if whole is None else str(whole)
    if column.stored in NUMBERS:
        figure = _number(value)
        return None if figure is None else f"{figure:f}"
    # Virtuoso looks an IRI up for what STR() of one equals, and fails without.
    return None if column.type == "iri" and test is _IS and ":" not in value else str(Literal(test.typed(value)))


def _quoted(text: str, term: str) -> str:
    """Return SPARQL for a text that may contain a term, in quotes where the term has one: engines write it down."""
    return f"""CONCAT('"', {text}, '"')""" if '"' in term[1:-1] else text


def fact(column: Column, test: CellTest, value: str) -> str | int | None:
    """Return a value in the form in which a file of tables stores a column's, None for one that no cell can have."""
    if column.stored in TEXTS:
        return test.typed(value)
    number = _number(value)
    if number is None or column.stored == "decimal":
        return None if number is None else sortable(number)
    number *= PARTS_OF_YUAN if column.stored == "yuan" else 1
    whole = number.to_integral_value(test.rounding or ROUND_FLOOR)
    if whole != number and test.rounding is None:
        return None
    return max(-_LARGEST, min(_LARGEST, int(whole)))


def _spelt(value: Term) -> Sequence[Term]:
    """Return the terms that a value may be in a graph: a literal has either language, or none."""
    if isinstance(value, NamedNode):
        return [value]
    return [Literal(value.value), *(Literal(value.value, language=each) for each in ("zh", "en"))]


def _operator(name: str, entries: Mapping[str, Any]) -> Operator:
    tests = {entry: _TESTS[entries[entry]] for entry in ("test", "of_words") if entry in entries}
    return Operator(name, **{**entries, "words": Bilingual(*entries["words"]), **tests})


OPERATORS: Mapping[str, Operator] = {name: _operator(name, entries) for name, entries in _STATED["operators"].items()}
OPPOSITE: Mapping[str, str] = {name: operator.opposite for name, operator in OPERATORS.items() if operator.opposite}
"""The names of opposite operators."""


@dataclass(frozen=True)
class Gathered:
    """A value that the related rows which met a condition give: `how` (a key of MEASURES), of a `column` of theirs.

    If `name` is a column of the table, the value replaces that column's everywhere: in rows, sums, order, and other
    conditions. Otherwise it is a further column. There is no value unless the rows with one have the same values in the
    columns `alike`.
    """

    name: str
    column: str
    how: str
    alike: tuple[str, ...] = ()

    @staticmethod
    def stated(name: str, column: str, how: str, alike: Sequence[str] = ()) -> "Gathered":
        """Return the value that an entry of a view's file states."""
        return Gathered(name, column, how, tuple(alike))


@dataclass(frozen=True)
class Condition:
    """A condition: a column of the table (`year`), of a related one (`citations.document`), or a measure of groups.

    Several values are alternatives. `gathers` is for related columns, and operators that are not inverted. An
    `optional` condition on a related column, with what it gathers, leaves out no row.
    """

    column: str
    operator: Operator
    values: tuple[Term, ...] = ()
    gathers: tuple[Gathered, ...] = ()
    optional: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """The name of the related table, or an empty text, and the name of the column."""
        table, _, column = self.column.rpartition(".")
        return table, column
