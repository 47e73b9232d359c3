"""Access to a knowledge graph from Python, by the same calls for a store on this machine and for a remote server.

Start with `jixiao.open`, which returns a `Dataset`: views by name, SPARQL, search. Its answers are `Rows`.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import httpx
import rdflib

from jixiao import interface
from jixiao.ontology import terms
from jixiao.server.apps.search import answers
from jixiao.server.editions.metadata import Credit
from jixiao.server.errors import ServerError
from jixiao.server.http.negotiation import JSON, TURTLE
from jixiao.server.query import evaluation, guard, jobs
from jixiao.server.views import view_files
from jixiao.server.views.conditions import OPERATORS
from jixiao.server.views.view_folder import load_all
from jixiao.store import Generation, Store, StoreError
from jixiao.viewing import Viewing

if TYPE_CHECKING:
    import pandas

__all__ = ["Dataset", "DatasetError", "Rows", "Table"]

Value = str | int | float | bool | Decimal | datetime.date | None
"""A value of a row: IRIs are texts, amounts are int or Decimal in yuan, a blank cell is None."""

Given = str | float | Decimal | datetime.date
"""A value of a parameter; numbers of other libraries, such as those of pandas, are taken, too."""

Condition = Given | Iterable[Given] | None
"""The value of a parameter, several values, or None to leave it out."""

Row = Mapping[str, Value]

Ask = Callable[[interface.Given], Mapping[str, Any]]
"""A function that answers parameters with the JSON of rows, as data."""


class DatasetError(Exception):
    """An error: a graph cannot be opened, or a request is refused or fails; the text says why in Chinese and English.

    `status` is the HTTP status that a server answered, None for a store of this machine.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(text)


@dataclass(frozen=True)
class Rows(Sequence[Row]):
    """Rows of an answer, each a mapping from column to value, in the order of the answer.

    `columns` names the columns; `labels` gives their headings (zh, en) and `types` their types, empty for SPARQL.
    `version` is the IRI of the version of the dataset that answered; `sources` lists the IRIs of the documents from
    which a view's rows were read, empty for counts. `truncated` is True if there are more rows than were asked for. If
    there are none, or more, `message` says so (zh, en), and `near` has similar values that exist. `caveat` tells what a
    view's answer leaves out, does not know or does not add up (zh, en), None if there is nothing to tell.
    `sparql` is the query that was run, "" if a server left it out as too long.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    version: str = ""
    sparql: str = field(default="", repr=False)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    types: Mapping[str, str] = field(default_factory=dict, repr=False)
    sources: tuple[str, ...] = field(default=(), repr=False)
    message: Mapping[str, str] | None = None
    near: tuple[str, ...] = ()
    truncated: bool = False
    caveat: Mapping[str, str] | None = None

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """Return a row, or the rows of a slice."""
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def to_dataframe(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame; the dtype of a column follows from its type, never from its values.

        Columns of SPARQL state no type: their values say it. Raises DatasetError if pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - an optional library
        except ImportError as error:
            raise DatasetError(
                "没有安装 pandas，请运行 · pandas is not installed; run: pip install 'jixiao[pandas]'"
            ) from error
        frame = pd.DataFrame(
            [[row.get(name) for name in self.columns] for row in self.rows], columns=list(self.columns), dtype=object
        )
        for name in self.columns:
            dtype = _DTYPES.get(self.types.get(name) or _type({type(each) for each in frame[name] if each is not None}))
            with suppress(OverflowError):  # numbers of more than 64 bits stay those of Python
                if dtype == _DTYPES["date"]:
                    frame[name] = pd.to_datetime(frame[name], errors="coerce").astype(dtype)
                elif dtype:
                    frame[name] = frame[name].astype(dtype)
        return frame


_DTYPES: Mapping[str, Any] = {
    **dict.fromkeys(("integer", "year", "line"), "Int64"),
    **dict.fromkeys(("yuan", "decimal"), "float64"),
    "date": "datetime64[s]",
}
"""The dtypes of columns by type; others have the values themselves."""


def _type(found: Set[type]) -> str:
    """Return the type of a column of SPARQL, given the types of its values; empty for what is no number or date."""
    types: Mapping[str, Set[type]] = {"integer": {int}, "decimal": {int, float, Decimal}, "date": {datetime.date}}
    return next((name for name, these in types.items() if found and found <= these), "")


_READ_CELLS: Mapping[str, Callable[[str], Value]] = {
    "date": lambda text: _value({"value": text, "datatype": terms.XSD_date}),
    "operator": lambda code: terms.JX + code,
}
"""Functions that give cells of a view, by its column's type, the value that SPARQL gives."""


def _read_row(row: Mapping[str, Any], types: Mapping[str, str]) -> Row:
    """Return a row of JSON with the values that SPARQL gives."""
    read = {name: _READ_CELLS[types[name]] for name in row if types.get(name) in _READ_CELLS}
    return {**row, **{name: give(row[name]) for name, give in read.items() if row[name] is not None}}


def of_view(pages: Sequence[Mapping[str, Any]]) -> Rows:
    """Return the rows of a view's JSON (docs/design.md, "Answers"), given the pages of one answer in order."""
    first, rows = pages[0], [row for page in pages for row in page["rows"]]
    every = first["whole"]["rows"]
    zh, en = f"没有全部列出：{every} 行，列出 {len(rows)} 行。", f"Not all are given: {len(rows)} of {every} rows."
    types = {column["name"]: column["type"] for column in first["columns"]}
    return Rows(
        columns=tuple(types),
        rows=tuple(_read_row(row, types) for row in rows),
        version=first["version"],
        sparql=first["sparql"] or "",
        labels={column["name"]: column["label"] for column in first["columns"]},
        types=types,
        truncated=pages[-1]["truncated"],
        sources=tuple(dict.fromkeys(iri for page in pages for iri in page.get("sources", ()))),
        message={"zh": zh, "en": en} if pages[-1]["truncated"] else first.get("message"),
        near=tuple(each["label"] for each in first.get("near", ())),
        caveat=first.get("caveat"),
    )


def of_query(content: bytes, is_graph: bool, sparql: str, version: str) -> Rows | bool | rdflib.Graph:
    """Return the result of a SPARQL query, given as Turtle if `is_graph`, else as SPARQL 1.1 Query Results JSON.

    A variable that is not bound is None.
    """
    if is_graph:
        return rdflib.Graph().parse(data=content, format="turtle")
    results = json.loads(content)
    if "boolean" in results:
        return bool(results["boolean"])
    names, bindings = tuple(results["head"]["vars"]), results["results"]["bindings"]
    rows = tuple({name: _value(each[name]) if name in each else None for name in names} for each in bindings)
    return Rows(columns=names, rows=rows, version=version, sparql=sparql)


_HIT: Mapping[str, str] = {
    **dict.fromkeys(("kind", "label", "iri", "snippet", "project", "projectName", "department"), "text"),
    **{"year": "year", "amount": "yuan", "source": "iri", "line": "line"},
}
"""The columns of hits with their types."""


def of_search(answer: Mapping[str, Any]) -> Rows:
    """Return the hits of a search's JSON: the documents of a typed number first, then the other hits by kind."""
    named = {hit["iri"] for hit in answer["documents"]}
    others = ((group["kind"], hit) for group in answer["groups"] for hit in group["hits"] if hit["iri"] not in named)
    rows = [{"kind": kind, **hit} for kind, hit in (*(("basis", hit) for hit in answer["documents"]), *others)]
    cut = [group for group in answer["groups"] if group["count"] > len(group["hits"])]
    return Rows(
        columns=tuple(_HIT),
        types=_HIT,
        rows=tuple({name: row.get(name) for name in _HIT} for row in rows),
        version=answer["version"],
        truncated=bool(cut),
        message=_cut(cut) if cut else None,
        sources=tuple(dict.fromkeys(row["source"] for row in rows if row.get("source"))),
        near=tuple(each["label"] for each in answer["near"]),
    )


def _cut(groups: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return the sentence, in both languages, that states for each kind how many of its hits are given."""
    zh = "；".join(f"{each['label']['zh']} {each['count']} 条，列出 {len(each['hits'])} 条" for each in groups)
    en = ", ".join(f"{len(each['hits'])} of {each['count']} {each['label']['en'].lower()}" for each in groups)
    return {"zh": f"没有全部列出：{zh}。", "en": f"Not all are given: {en}."}


_READ: Mapping[str, Callable[[str], Value]] = {
    terms.XSD_integer: int,
    terms.XSD_decimal: Decimal,
    terms.XSD_double: float,
    terms.XSD_boolean: lambda text: text in ("true", "1"),
    terms.XSD_date: datetime.date.fromisoformat,
    terms.XSD_gYear: int,
}


def _value(term: Mapping[str, Any]) -> Value:
    """Return the value of a term of SPARQL results.

    A literal that does not have the form of its datatype stays a text.
    """
    text = str(term["value"])
    read = _READ.get(term.get("datatype", ""))
    if read is None:
        return text
    try:
        return read(text)
    except (ValueError, ArithmeticError):
        return text


class Remote:
    """A client of the site at an address. Raises DatasetError if the text is no address."""

    def __init__(self, address: str) -> None:
        try:
            self._http = httpx.Client(base_url=address, timeout=interface.SECONDS, follow_redirects=True)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise DatasetError(f"不是网址 · not an address: {address}") from error

    def views(self) -> Sequence[Mapping[str, Any]]:
        """Fetch name, title, question, parameters and columns of each view."""
        return list(self._json(interface.json("views"))["views"])

    def rows(self, of: Literal["views", "tables"], name: str, given: interface.Given) -> Mapping[str, Any]:
        """Fetch the answer of a view or table to the parameters of its address, as JSON data."""
        return self._json(interface.rows(of, name, given))

    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Send a SPARQL query by POST, and return its result as `of_query` does."""
        response = self._send(interface.sparql(sparql))
        return of_query(response.content, interface.is_turtle(response), sparql, interface.cited(response) or "")

    def search(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Fetch the answer of a search by the parameters `given`, as JSON data."""
        return self._json(interface.search(given))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _json(self, request: interface.Request) -> Mapping[str, Any]:
        response = self._send(request)
        try:
            return dict(response.json(parse_float=Decimal))
        except (TypeError, ValueError) as error:
            raise DatasetError(
                f"答复不是 JSON · the reply is not JSON: {response.url}", response.status_code
            ) from error

    def _send(self, request: interface.Request) -> httpx.Response:
        """Send a request and return the reply. Raises DatasetError without a reply, or if it reports an error."""
        try:
            response = self._http.request(request.method, request.path, **request.sent)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DatasetError(interface.no_reply(self._http, error)) from error
        if response.is_success:
            return response
        raise DatasetError(interface.detail(response), response.status_code)


MOST_ROWS = view_files.MAX_ROWS
"""Rows of a view that are asked for at a time."""

_TRIES = 3  # times that a view of many pages is read anew because the dataset changed meanwhile
_MOST_HITS = 100


@contextmanager
def _as_dataset_error() -> Iterator[None]:
    """Turn errors of store and server into DatasetError."""
    try:
        yield
    except (ServerError, StoreError) as error:
        raise DatasetError(str(error)) from error


class Local:
    """A reader of a store's directory, with a folder of further views.

    Raises DatasetError if one of them is missing, empty or wrong.
    """

    @_as_dataset_error()
    def __init__(self, path: Path, views: Path | None = None) -> None:
        self._store = Store.open(path.absolute())  # a later change of the working directory does not matter
        self._views = load_all(self._store.base_iri, views)
        self._lines = answers.QuotedLines(self._store)
        self._store.present()  # raises if the store is empty or damaged

    def views(self) -> Sequence[Mapping[str, Any]]:
        """Return name, title, question, parameters and columns of each view."""
        return [view.described() for view in self._views.values()]

    @_as_dataset_error()
    def rows(self, of: Literal["views", "tables"], name: str, given: interface.Given) -> Mapping[str, Any]:
        """Answer a view or table with the parameters of its address; return the JSON of the answer as data."""
        viewing = Viewing(self._store, self._store.present(), self._views)
        answer = viewing.answer(name, given) if of == "views" else viewing.table(name, given)
        return dict(json.loads(answer.to_json(), parse_float=Decimal))

    @_as_dataset_error()
    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Run a query in this process, without limits of time or size; SERVICE and updates are refused."""
        now = self._store.present()
        base, memory = now.manifest.base_iri, jobs.Memory()
        graph = guard.check(sparql, base).gives_graph
        wanted = (TURTLE if graph else JSON).name
        evaluation.evaluate(
            now.graph, jobs.Job(now.graph_directory, base, sparql, wanted=wanted, max_bytes=sys.maxsize), memory
        )
        return of_query(memory.getvalue(), graph, sparql, self._credit(now).iri)

    @_as_dataset_error()
    def search(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Search names, document numbers and texts by the parameters `given`; return the JSON of the answer as data."""
        now = self._store.present()
        hits = self._lines.exact(answers.find(now, answers.Asked.of(given)))
        return dict(json.loads(json.dumps(answers.to_json(hits, self._credit(now))), parse_float=Decimal))

    def _credit(self, now: Generation) -> Credit:
        return Credit.of(self._store.publisher(), now.manifest)

    def close(self) -> None:
        """Do nothing: files of a store are closed when nobody reads them."""


class Dataset:
    """A knowledge graph, in a store of this machine or behind a server. Close it, or use it as a context manager.

    Each answer comes from the version that is current when it is asked for, and names that version.
    """

    def __init__(self, place: Local | Remote) -> None:
        self._place = place

    def __enter__(self) -> Dataset:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release files and connections."""
        self._place.close()

    def views(self) -> Sequence[Mapping[str, Any]]:
        """List the views: name, title, question, description, params and columns; words have `zh` and `en`."""
        return self._place.views()

    def view(self, name: str, /, **params: Condition) -> Rows:
        """Answer a view: all its rows, or a page of them if `limit` or `offset` is given.

        A parameter is a text as people would type it, a number or date, or several of these; None leaves it out.
        Amounts are in yuan. Raises DatasetError for an unknown view, a wrong parameter, no reply, or a dataset that
        keeps changing between pages.
        """
        known = [each["name"] for each in self._place.views()]
        if name not in known:
            raise DatasetError(f"没有视图 {name}；有 · there is no view {name}; there are: {', '.join(known)}")
        return _whole(partial(self._place.rows, "views", name), _given(params))

    def table(self, name: str, /) -> Table:
        """Return all rows of a table, to set conditions on and to group. Unknown names are refused when it is asked."""
        return Table(partial(self._place.rows, "tables", name), {})

    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Run SPARQL: a SELECT gives rows, an ASK a bool, CONSTRUCT and DESCRIBE an rdflib Graph.

        A store of this machine sets no limit of time; SERVICE and updates are refused everywhere. Raises DatasetError.
        """
        return self._place.query(sparql)

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> Rows:
        """Find names, document numbers and texts; at most `limit` hits of each kind (up to 100).

        Columns: kind, label, iri, snippet, project (IRI; the evaluation's for evaluations), projectName, department,
        year, amount (yuan), source (IRI) and line; `truncated` and `message` tell that there are more. `kind` is org,
        basis, project, indicator, goal, section, stated-basis, cost-item, evaluation, result or done (texts of
        evaluations). Raises DatasetError.
        """
        given = {"q": text, "limit": str(min(limit, _MOST_HITS))} | ({} if kind is None else {"kind": kind})
        return of_search(self._place.search(given))


@dataclass(frozen=True)
class Table:
    """Rows of a table under conditions, or these rows in groups.

    Names of columns, operators and measures are those of the addresses of tables (docs/tables.md).
    """

    _ask: Ask
    _given: Mapping[str, str | Sequence[str]]

    def where(self, conditions: Mapping[str, Condition] | None = None, /, **more: Condition) -> Table:
        """Return the rows that meet conditions: `year=2022`, `amount__least=100000`, {"citations.document.is": …}.

        The operator is `is` unless one is named. Several values are alternatives; None leaves a condition out.
        """
        named = {name.replace("__", "."): value for name, value in {**(conditions or {}), **more}.items()}
        full = {name if {*name.split(".")} & {*OPERATORS} else f"{name}.is": value for name, value in named.items()}
        return Table(self._ask, {**self._given, **_given(full)})

    def group(self, *columns: str, measure: Condition = None) -> Table:
        """Return groups by one or two columns with measures: `rows` by default, `sum_amount`, `mean_amount`, others."""
        return Table(self._ask, {**self._given, **_given({"group": columns, "measure": measure})})

    def rows(self, **shape: Condition) -> Rows:
        """Fetch the rows or groups: all, unless `shape` has `limit` or `offset`; it may also have `columns` and `sort`.

        Raises DatasetError as Dataset.view does.
        """
        return _whole(self._ask, {**self._given, **_given(shape)})

    def frame(self, **shape: Condition) -> pandas.DataFrame:
        """Fetch what rows() does as a pandas DataFrame. Raises DatasetError, also if pandas is not installed."""
        return self.rows(**shape).to_dataframe()


def _whole(ask: Ask, given: interface.Given) -> Rows:
    """Return all rows of an answer, or those of the page that `given` asks for. Raises DatasetError."""
    if "limit" in given or "offset" in given:
        return of_view([ask(given)])
    for _ in range(_TRIES):
        pages = list(_pages(ask, given))
        if len({page["dataset_version"] for page in pages}) == 1:
            return of_view(pages)
    raise DatasetError("数据一再变化，请再试 · the dataset keeps changing; try again")


def _pages(ask: Ask, given: interface.Given) -> Iterator[Mapping[str, Any]]:
    """Yield the pages of an answer, as JSON data; `given` are the parameters."""
    start = 0
    while True:
        page = ask({**given, "limit": str(MOST_ROWS), "offset": str(start)})
        yield page
        if not page["truncated"]:
            return
        start += len(page["rows"])


def _given(params: Mapping[str, Condition]) -> dict[str, str | Sequence[str]]:
    """Return the values of parameters as texts, without those that are None."""
    return {name: _text(value) for name, value in params.items() if value is not None}


def _text(value: Given | Iterable[Given]) -> str | Sequence[str]:
    return [str(each) for each in value] if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
