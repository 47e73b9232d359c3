"""Tables and their columns, as the `.rq` files beside this module describe them.

A file's header says `label` (zh, en), `row` (what a row is, for one and for many), `key` (the columns that identify a
row, of which the first is that of the unit) and `columns`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from jixiao.ontology import terms
from jixiao.ontology.text import yaml_text
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.yaml_text import EntryError, known
from jixiao.store.errors import TableError

DIRECTORY = Path(__file__).parent

STORED: Mapping[str, str] = {
    **dict.fromkeys(
        ("iri", "text", "number", "concept", "property", "operator", "outcome", "reading", "fault", "severity", "role"),
        "word",
    ),
    **dict.fromkeys(("year", "integer", "line"), "integer"),
    "yuan": "yuan",
    "decimal": "decimal",
    **dict.fromkeys(("date", "key", "string"), "inline"),
    **dict.fromkeys(("prose", "titles"), "prose"),
    "part": "part",
}
"""How a table's file holds values, by type of column: a `word` as the number of its text, `integer` as a number, `yuan`
as a whole number of ten-thousandths, `decimal` as a text that sorts as the number does, `inline` as its own text,
`prose` as a word if it is short or recurs and otherwise as its own text, and a `part` as what its IRI has behind the
IRI of the whole."""

UNITS = "# units"
"""The comment that a VALUES line with the units replaces."""
_FIRST_PATTERN = re.compile(rf"^  {UNITS}\n((?:  \?[^|/]*? \.\n)+)", re.MULTILINE)
"""The required triple patterns behind the first place for units; a pattern with a path may give a row twice."""
_LOOK_UPS = re.compile(r"(?:^  OPTIONAL \{.*\}\n){2,}", re.MULTILINE)
_VARIABLE = re.compile(r"\?\w+")
_PREFIX = re.compile(r"^PREFIX ([\w-]*): <(.+)>", re.MULTILINE)
_IRI = re.compile(r"<([^<>\s]+)>")
_NAME = re.compile(r"\b([\w-]+):([\w-]+)")
_PLANNED_AT_ONCE = 6  # look-ups in one sub-select


@dataclass(frozen=True)
class Column:
    """A column of a table: the variable (`name`) that the query selects, its type (a key of STORED) and its label.

    A column without a label is for programs: a key to sort by, a flag that is counted. `names` is the kind of the
    things (org, basis, place, project …) that its IRIs mean, or several kinds with spaces between them, `among` the
    kind of the only terms that it has (document-kind, level …), `link` the column with the IRI that its texts link to,
    `line` the column with the line of its value in the source, `phase` and `period` the columns with those of its
    money, and `of` the column with the thing that a `part` is of, without which it is of the unit. Rows can be summed
    by a column with `sum`, and grouped by one with `group`.
    """

    name: str
    type: str
    label: Bilingual | None = None
    names: str | None = None
    among: str | None = None
    link: str | None = None
    line: str | None = None
    phase: str | None = None
    period: str | None = None
    of: str | None = None
    sum: bool = False
    group: bool = False

    @property
    def stored(self) -> str:
        """The way in which a file holds the column's values, a value of STORED."""
        return STORED[self.type]


@dataclass(frozen=True)
class Table:
    """A table, read from its file. `sparql` is its query without the header; `row` has `zh`, `one` and `many`.

    A table that `repeats` is never read row by row, and may have several rows of one key.
    """

    name: str
    label: Bilingual
    row: Mapping[str, str]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sparql: str = field(repr=False)
    repeats: bool = False

    def __post_init__(self) -> None:
        """Raise EntryError for names that the header does not explain, and for sums of what has no exact sum."""
        names = [column.name for column in self.columns]
        for name in self.key:
            known(name, names, "column")
        for column in self.columns:
            known(column.type, STORED, "type")
            for name in filter(None, (column.link, column.line, column.phase, column.period, column.of)):
                known(name, names, "column")
            if column.sum and column.stored not in ("yuan", "integer"):
                zh, en = "只有 yuan 和 integer 可以求和", "only yuan and integer have sums"
                raise EntryError(f"name: {column.name}", f"{column.name}：{zh}", f"{column.name}: {en}")

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def properties(self) -> Set[str]:
        """The IRIs of all properties that the query reads, among other IRIs."""
        prefixes = dict(_PREFIX.findall(self.sparql))
        named = {prefixes[prefix] + name for prefix, name in _NAME.findall(self.sparql) if prefix in prefixes}
        return {terms.RDF_type, *named, *_IRI.findall(self.sparql)}

    @property
    def unit(self) -> Column:
        """The column of the unit by which rows are replaced."""
        return self.by_name[self.key[0]]

    def takes(self, iri: str) -> bool:
        """Return True if a thing can be a unit of the table."""
        return any(f"/id/{kind}/" in iri for kind in (self.unit.names or "").split())

    def of(self, units: Sequence[str]) -> str:
        """Return the query for the rows of some units, given by IRI."""
        return self._with_units(self.sparql, units)

    def planned(self, units: Sequence[str]) -> str:
        """Return the query of `of` in a form that Oxigraph plans sooner, and from which Virtuoso gives other rows."""
        return self._with_units(self._in_sub_selects, units)

    def _with_units(self, sparql: str, units: Sequence[str]) -> str:
        values = " ".join(f"<{unit}>" for unit in units)
        return sparql.replace(UNITS, f"VALUES ?{self.unit.name} {{ {values} }}")

    @cached_property
    def _in_sub_selects(self) -> str:
        """The query with its look-ups in sub-selects of a few, as Oxigraph plans a row of them in cubic time."""
        pattern = _FIRST_PATTERN.search(self.sparql)
        if pattern is None:
            return self.sparql
        text = self.sparql[: pattern.end()]
        end = pattern.end()
        for row in _LOOK_UPS.finditer(self.sparql, end):
            text += self.sparql[end : row.start()]
            text += "".join(_in_sub_selects(row[0].splitlines(keepends=True), pattern[1], text.partition("WHERE {")[2]))
            end = row.end()
        return text + self.sparql[end:]

    def shared(self, other: "Table") -> Mapping[str, str]:
        """Return the columns by which rows of this table and of another belong together, with those of the other.

        They are the columns that both keys have; others of one name may differ in meaning, as the types of an indicator
        and those of its project's indicators. If there is none, rows belong together by the units, under one name or as
        things of one kind.
        """
        units = [name for name in (self.unit.name, other.unit.name) if name in self.by_name and name in other.by_name]
        same = [name for name in self.key if name in other.key] or units
        kinds = {*(self.unit.names or "").split()} & {*(other.unit.names or "").split()}
        if kinds and not same:
            return {self.unit.name: other.unit.name}
        return {name: name for name in same}


def _in_sub_selects(look_ups: Sequence[str], pattern: str, before: str) -> Iterator[str]:
    """Yield a query's look-ups in sub-selects of a few, each of which has the `pattern` with the keys of the rows.

    A look-up that shares another variable than a key with the text `before` it stands last, as it is.
    """
    keys = dict.fromkeys(_VARIABLE.findall(pattern))
    taken, apart, last = {*_VARIABLE.findall(before)} - {*keys}, list[str](), list[str]()
    for look_up in look_ups:
        variables = _VARIABLE.findall(look_up)
        (apart if taken.isdisjoint(variables) else last).append(look_up)
        taken.update(variables)
        taken.difference_update(keys)
    for start in range(0, len(apart), _PLANNED_AT_ONCE):
        few = "".join(apart[start : start + _PLANNED_AT_ONCE])
        columns = " ".join(dict.fromkeys([*keys, *_VARIABLE.findall(few)]))
        yield f"  OPTIONAL {{\n  SELECT {columns} WHERE {{\n  {UNITS}\n{pattern}{few}  }}\n  }}\n"
    yield from last


@cache
def tables(directory: Path = DIRECTORY) -> Mapping[str, Table]:
    """Return the tables of a directory's files by name, which commits keep up. Raises TableError for a faulty file."""
    paths = sorted(directory.glob("*.rq"))
    return {path.stem: read(path.stem, path.read_text(encoding="utf-8"), kept_up=True) for path in paths}


def read(name: str, text: str, *, kept_up: bool = False) -> Table:
    """Return the table that the text of a file describes. Raises TableError, which names the line, for a fault.

    The query of a table that is `kept_up` with each commit has a place for units; others are filled only in bulk.
    """
    try:
        header, sparql = yaml_text.split_header(text)
        yaml_text.check(header, ("label", "key", "columns"), ("row", "repeats"))
        if kept_up:
            _check_units(sparql)
        return Table(
            name=name,
            label=yaml_text.made(Bilingual, header["label"]),
            row=header.get("row") or {},
            key=tuple(header["key"]),
            columns=tuple(_column(entry, header["key"][0]) for entry in header["columns"]),
            sparql=sparql,
            repeats=header.get("repeats", False),
        )
    except EntryError as error:
        raise TableError(" ".join(error.at(f"{name}.rq", text))) from error
    except (TypeError, IndexError, yaml.YAMLError) as error:
        raise TableError(f"{name}.rq 的题头有误：{error!r}。 The header of {name}.rq is wrong: {error!r}.") from error


def _check_units(sparql: str) -> None:
    if UNITS not in sparql:
        zh, en = f"查询没有 {UNITS} 一行，应写在 WHERE {{ 之后", f"the query lacks the line {UNITS} after WHERE {{"
        raise EntryError("WHERE", zh, en)


def _column(entry: Any, unit: str) -> Column:
    column = yaml_text.made(Column, entry)
    label = yaml_text.made(Bilingual, column.label) if column.label else None
    return replace(column, label=label, of=column.of or unit)
