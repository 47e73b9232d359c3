"""Read views from .yaml and .rq files, bind their parameters, and answer them.

A file states, in YAML: title, question (as people would ask it), description, params, columns, and optionally `noun`
(what a row is, for one and for many), `of` (`evaluation` if forms offer the places, bodies and years of
self-evaluations, not of projects), `says` (a sentence or several for an answer of one row, with its columns in braces),
`heading` (the parameter whose thing names the page), `context` (number of source lines shown around each row's line),
`empty` (the sentence for no rows) and `like` (another .yaml file, which has what this one does not state, and its first
parameters). The column `sourceAddress` has the addresses, on a line each, of the source in the
column `source`, which are looked up in the same way for all views.

A .yaml file says what is asked of a table (tabled.py). An .rq file has the YAML as `#+` lines, and is complete SPARQL,
which also runs when it is pasted elsewhere. Each parameter `name` has a row `VALUES ?_name { example }` in the query
(../query/binding.py). Each column is a selected variable.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.text import yaml_text
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.yaml_text import EntryError, check, known, made
from jixiao.server.errors import ViewFileError
from jixiao.server.http import requests
from jixiao.server.query.binding import LIMIT, Term, bind, origins, window
from jixiao.server.views.answers import (
    COLUMN_TYPES,
    Answer,
    Column,
    Near,
    Row,
    Whole,
    read_rows,
)
from jixiao.server.views.figures import by_phase
from jixiao.server.views.parameters import KINDS, Given, Parameter, iri, outermost_terms
from jixiao.server.views.selection import Order
from jixiao.server.views.sentences import refusal, sentence
from jixiao.server.views.tabled import Asked, Files, Tabled, columns_of, completed
from jixiao.server.views.typed_names import Names, Queried, Resolved, Run, read_terms, resolve, unknown
from jixiao.store.tables.table import Table

DIRECTORY = Path(__file__).parent
MAX_ROWS = 10_000
"""Most rows of an answer, and of any query for rows: Virtuoso sorts no more by default."""
MOST_SKIPPED = 10**9
"""Most rows that a page of rows can skip: the largest `offset`."""

_ROWS = 1000
"""The number of rows of a view of a table if neither its file nor a request has another."""

EVIDENCE = "evidence"
"""The parameter of every view that asks, with the value 1, for a column of lines beside each column of values."""

PAGING = ("limit", "offset", "sort", EVIDENCE)
"""Parameters that every view has: number of rows, first row, order, and lines of values."""

_UNSORTED = ("iri", "iris", "headings", "titles", "roles", "property", "reading", "fault")
"""Types of columns by which rows cannot be sorted: their values are joined, or codes without an order."""

ADDRESS = "sourceAddress"
"""The column with the addresses of a row's source, which no query selects."""

_ENTRIES = (
    *("question", "description", "params", "noun", "of", "says", "heading", "context", "empty", "like"),
    *("table", "where", "measures", "order", "last", "limit", "chart"),
)
"""Entries that a header may have besides `title` and `columns`; `chart` is for the charts that views draw."""

Own = Callable[[str, Mapping[str, Any], str], tuple[Table, Mapping[str, Any]]]
"""A function that makes a table of a name, header and query, and the header with parameters for the table's columns.

Raises KeyError and TypeError for a wrong header.
"""


@dataclass(frozen=True)
class View:
    """One view, read from its file; the module's docstring describes the entries of its header.

    `default_limit` is the number of rows if none is requested. IRIs of departments are made below `base_iri`, the base
    of the store. `written` is the query of an .rq file, "" for a view of a table. `tabled` answers
    from a table, None for a query. `path` is the address of the view's page, and `chart` what a chart states besides.
    """

    name: str
    title: Bilingual
    question: Bilingual
    description: Bilingual
    params: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    written: str
    default_limit: int
    base_iri: str
    noun: Mapping[str, str]
    empty: Bilingual
    tabled: Tabled | None
    path: str
    says: Sequence[Bilingual] = ()
    heading: str | None = None
    context: int | None = None
    chart: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def sparql(self) -> str:
        """The query in the file or, for a view of a table, that for the examples of all parameters."""
        return self.written or self.bind({each.name: each.example for each in self.params})

    @property
    def needs(self) -> tuple[Parameter, ...]:
        """The required parameters."""
        return tuple(each for each in self.params if each.required)

    def main(self) -> tuple[Parameter, ...]:
        """Return the parameters that people use most: those marked so in the header, or the first four."""
        return tuple(each for each in self.params if each.main) or self.params[:4]

    def example(self) -> str:
        """Return the SPARQL with the example of each required parameter bound, and IRIs of this store."""
        return self.bind({parameter.name: parameter.example for parameter in self.needs})

    def described(self) -> dict[str, Any]:
        """Return titles, question, parameters and columns for JSON; words are objects with `zh` and `en`."""
        return {
            "name": self.name,
            "title": asdict(self.title),
            "question": asdict(self.question),
            "description": asdict(self.description),
            "params": [
                {
                    "name": parameter.name,
                    "kind": parameter.kind,
                    "required": parameter.required,
                    "repeats": parameter.repeats,
                    "label": asdict(parameter.label),
                    "example": parameter.example,
                }
                for parameter in self.params
            ],
            "columns": [{"name": c.name, "label": asdict(c.label), "type": c.type} for c in self.columns],
        }

    def bind(self, params: Given) -> str:
        """Return the SPARQL with the given parameters bound; a parameter with an empty value counts as not given.

        Names are not looked up: the name of a body or document means the one IRI made from it. Raises ParameterError.
        """
        asked, _ = self._read(params)
        return self._text(asked, asked.limit)

    def answer(  # noqa: PLR0913 - a dataset, all that looks things up in it, and a request
        self,
        query: Run,
        params: Given,
        version: str,
        index: Names | None = None,
        page: int | None = None,
        *,
        tables: Files,
    ) -> Answer:
        """Return the view's answer to typed parameters; `query` runs SPARQL, `version` is the dataset's version.

        `index` looks up typed names (queries do if it is None); `page` is the number of rows if `params` has no
        `limit`. Raises ParameterError, and what `query`, `tables` and Reader.all raise.
        """
        names = index or Queried(query)
        asked, resolved = self._read(params, names, query, page)
        given, present = {name: typed for name, typed in params.items() if requests.several(typed)}, self.columns
        if self.tabled is not None:
            answered = self.tabled.answer(tables(self.tabled), asked, min(asked.limit + 1, MAX_ROWS))
            rows, whole, present = answered.rows, answered.whole, answered.columns
        else:
            every = read_rows(query(self._text(replace(asked, offset=0), MAX_ROWS)), self.columns)
            rows, whole = every[asked.offset : asked.offset + asked.limit + 1], Whole(len(every))
        if any(column.name == ADDRESS for column in self.columns):
            addresses = origins(query, sorted({str(row["source"]) for row in rows if row["source"]}))
            located = {iri: "\n".join(each["address"] for each in its) for iri, its in addresses.items()}
            rows = [{**row, ADDRESS: located.get(str(row["source"]))} for row in rows]
        typed = {
            parameter.name: "、".join(requests.several(given.get(parameter.name, ""))) for parameter in self.params
        }
        columns = tuple(each.titled(typed) for each in present if not each.asked or {*each.asked} & {*given})
        return Answer(
            view=self.name,
            params=given,
            dataset_version=version,
            truncated=len(rows) > asked.limit or (len(rows) == MAX_ROWS and whole.rows > asked.offset + MAX_ROWS),
            columns=columns,
            rows=tuple({each.name: row[each.name] for each in columns} for row in rows[: asked.limit]),
            beyond=tuple(rows[asked.limit :]),
            sparql=answered.sparql if self.tabled else self._text(asked, asked.limit),
            message=None if rows else asdict(self._empty(given, typed, {each.parameter for each in resolved})),
            whole=whole,
            resolved=tuple(resolved),
            near=() if rows else self._near(names, given),
        )

    def rows(self, query: Run, values: Mapping[str, Sequence[Term]], tables: Files) -> list[Row]:
        """Return rows for parameters given as terms, with the sums of all phases of money.

        Raises what `query`, `tables` and Reader.all raise.
        """
        asked = Asked(values, (), self.default_limit, 0)
        if self.tabled is not None:
            return self.tabled.rows(tables(self.tabled), asked)
        return read_rows(query(self._text(asked, asked.limit)), self.columns)

    def sortable(self) -> tuple[str, ...]:
        """Return the names of the columns that rows may be sorted by."""
        known = self.tabled.sortable if self.tabled else ()
        return tuple(each.name for each in self.columns if each.name in known and each.type not in _UNSORTED)

    def _orders(self) -> tuple[str, ...]:
        """Return the names that a request may order rows by: those of columns, and of sums without a phase."""
        return (*self.sortable(), *sorted(self.tabled.aliases if self.tabled else ()))

    def _read(
        self,
        params: Given,
        names: Names | None = None,
        query: Run | None = None,
        page: int | None = None,
    ) -> tuple[Asked, list[Resolved]]:
        """Return the request that typed parameters make, and the things that names among them mean.

        Without `names` and `query` no names are looked up; `page` is the number of rows if no limit was typed. Raises
        ParameterError.
        """
        known = {*PAGING, *(parameter.name for parameter in self.params)}
        if unknown := sorted(params.keys() - known):
            raise refusal("unknown-parameters", view=self.name, unknown=unknown, names=sorted(known))
        values: dict[str, Sequence[Term]] = {}
        resolved: list[Resolved] = []
        for parameter in self.params:
            typed = params.get(parameter.name, "")
            if not parameter.values(typed):
                if parameter.required:
                    raise refusal(
                        "missing-parameter", name=parameter.name, label=parameter.label, example=parameter.example
                    )
            elif names and query and parameter.kind in ("department", "basis", "region"):
                values[parameter.name], meant = resolve(parameter, typed, self.base_iri, names, query)
                resolved += meant
            else:
                values[parameter.name] = read_terms(parameter, typed, self.base_iri, names)
            if self.tabled is not None and parameter.kind == "region" and parameter.name in values:
                # A table of places has those above a place, too.
                values[parameter.name] = outermost_terms(values[parameter.name])
            if same := [term for term in values.get(parameter.unlike or "", ()) if term in values[parameter.name]]:
                shared = "、".join(term.value for term in same)
                raise refusal("same-values", first=parameter.unlike, second=parameter.name, values=shared)
        asked = Asked(
            values,
            self._order(params),
            limit=requests.count(params, "limit", page or self.default_limit, 1, MAX_ROWS),
            offset=requests.count(params, "offset", 0, 0, MOST_SKIPPED),
        )
        requests.count(params, EVIDENCE, 0, 0, 1)
        return asked, resolved

    def _text(self, asked: Asked, limit: int) -> str:
        if self.tabled is not None:
            return self.tabled.sparql(asked, limit)
        return bind(window(self.written, limit, asked.offset), asked.values)

    def _order(self, params: Given) -> tuple[Order, ...]:
        """Return the order that the parameter `sort` asks for, such as `-amount,year`. Raises ParameterError."""
        orders, sortable = dict[str, Order](), self._orders()
        for typed in filter(None, map(str.strip, requests.once(params, "sort").split(","))):
            name = typed.removeprefix("-")
            if name not in sortable:
                raise refusal("order-unknown", name=name, names=[*sortable])
            orders[name] = Order(name, typed != name)
        return tuple(orders.values())

    def _empty(self, given: Given, typed: Mapping[str, str], known: Collection[str]) -> Bilingual:
        """Return the sentence for an answer without rows.

        `typed` has the typed text of each parameter, "" if not given; `known` has the parameters whose text names a
        thing. The sentence says which name is unknown, if one is.
        """
        required = {parameter.name for parameter in self.needs}
        if requests.count(given, "offset", 0, 0, MOST_SKIPPED):
            return sentence("last-page")
        for parameter in self.params:
            text = typed[parameter.name]
            by_name = parameter.kind in ("department", "basis") and not iri(text, self.base_iri)
            if text and by_name and parameter.name not in known:
                return unknown(parameter, text)
        if required and given.keys() - required - set(PAGING):
            return sentence("none-of-all")
        return self.empty.filled(**typed)

    def _near(self, names: Names, given: Given) -> tuple[Near, ...]:
        """Return similar names to offer where there are no rows, for each typed name that no thing has exactly."""
        near = (
            Near(parameter.name, str(each.label) if kind == "basis" else each.iri, str(each.label))
            for parameter in self.params
            if (kind := parameter.reads.names)
            for text in requests.several(given.get(parameter.name, ""))
            if all(named.how != "same" for named in names.names(kind, text, 1))
            for each in names.near(kind, text)
        )
        return tuple(dict.fromkeys(near))


@cache
def load(base_iri: str = DEFAULT_BASE, directory: Path = DIRECTORY) -> dict[str, View]:
    """Return the views in a directory by name, for a store with the given base IRI; none if there is no directory.

    The files are read once: callers must not change the mapping. Raises ViewFileError for a file that breaks the rules.
    """
    return {path.stem: read(path, base_iri) for path in sorted([*directory.glob("*.rq"), *directory.glob("*.yaml")])}


def read(path: Path, base_iri: str = DEFAULT_BASE, own: Own | None = None) -> View:
    """Return the view that a file defines.

    `own` makes a table of an operator's file. Raises ViewFileError, which names the line, for a wrong header, and
    TableError for the file of a table.
    """
    text, table = path.read_text(encoding="utf-8"), None
    try:
        stated, sparql = (yaml_text.load(text), "") if path.suffix == ".yaml" else yaml_text.split_header(text)
        header = _like(path, stated or {})
        check(header, ("title", "columns", *(() if sparql else ("table",))), _ENTRIES)
        if own is not None:
            table, header = own(path.stem, header, sparql)
        said = header.get("says", ())
        params = tuple(_parameter(entry, header.get("of", Parameter.of)) for entry in header.get("params") or ())
        columns = tuple(_column(entry) for entry in (header["columns"] if sparql else completed(header)))
        if not sparql or table:
            columns = by_phase(columns, columns_of(header, table), own=table is not None)
        view = View(
            name=path.stem,
            title=made(Bilingual, header["title"]),
            question=made(Bilingual, header.get("question", header["title"])),
            description=made(Bilingual, header.get("description", header["title"])),
            params=params,
            columns=columns,
            written=sparql,
            default_limit=header.get("limit", int(limit[1]) if (limit := LIMIT.search(sparql)) else _ROWS),
            base_iri=base_iri,
            noun=header.get("noun") or {},
            says=tuple(made(Bilingual, each) for each in ([said] if isinstance(said, Mapping) else said)),
            heading=header.get("heading"),
            context=header.get("context"),
            empty=made(Bilingual, header["empty"]) if "empty" in header else sentence("nothing-read"),
            tabled=Tabled(header, columns, table) if table or not sparql else None,
            path=f"/views/{path.stem}",
            chart=header.get("chart", {}),
        )
        _check(view)
    except EntryError as error:
        raise ViewFileError(*error.at(path.name, text)) from error
    except (KeyError, TypeError) as error:
        raise ViewFileError(
            f"{path.name} 的题头有误：{error!r}。", f"{path.name}: its header is wrong: {error!r}."
        ) from error
    return view


def _like(path: Path, header: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a header completed from the file named by its `like`; the parameters of that file come first."""
    if "like" not in header:
        return header
    like = path.parent / f"{header['like']}.yaml"
    other = _like(like, yaml_text.load(like.read_text(encoding="utf-8")))
    return {**other, **header, "params": [*other.get("params", ()), *header.get("params", ())]}


def _column(entry: Mapping[str, Any]) -> Column:
    """Return the column that an entry in a view's header states."""
    words = {name: made(Bilingual, entry[name]) for name in ("label", "labelled", "blank") if name in entry}
    return made(Column, {**entry, **words})


def _parameter(entry: Mapping[str, Any], of: str) -> Parameter:
    """Return the parameter that an entry in a view's header declares; `of` is `project` or `evaluation`.

    Raises EntryError if the entry lacks what every parameter has, or has another key.
    """
    optional = ("required", "unlike", "counted", "main", "excluding", "where", "of")
    check(entry, ("name", "kind", "example", "label"), optional)
    return Parameter(
        name=entry["name"],
        kind=entry["kind"],
        required=bool(entry.get("required", False)),
        example=str(entry["example"]),
        label=made(Bilingual, entry["label"]),
        unlike=entry.get("unlike"),
        counted=bool(entry.get("counted", False)),
        main=bool(entry.get("main", False)),
        excluding=bool(entry.get("excluding", False)),
        of=of,
    )


def _check(view: View) -> None:
    """Raise EntryError for the first name in a view's file that stands for nothing."""
    columns, params = [column.name for column in view.columns], [parameter.name for parameter in view.params]
    for parameter in view.params:
        known(parameter.kind, KINDS, "kind")
        if parameter.unlike:
            known(parameter.unlike, params, "parameter")
    used: set[str] = set()
    for name in columns:
        if name.casefold() in used:  # SQLite and spreadsheets do not tell them apart
            zh, en = (
                f"{name} 一列已有，不分大小写",
                f"there is a column {name} already, whatever the case of its letters",
            )
            raise EntryError(f"name: {name}", f"{zh}；请改名", f"{en}; rename one", last=True)
        used.add(name.casefold())
    for column in view.columns:
        known(column.type, COLUMN_TYPES, "type")
        if lacking := {column.link, column.note} - {None, *columns}:
            zh, en = "、".join(map(str, lacking)), ", ".join(map(str, lacking))
            raise EntryError(
                "columns", f"{column.name} 要 {zh} 一列，请加进 columns", f"{column.name} needs {en}: add it to columns"
            )
        for name in filter(None, (column.facet, *column.asked)):
            known(name, params, "parameter")
    if view.heading:
        known(view.heading, params, "parameter")
