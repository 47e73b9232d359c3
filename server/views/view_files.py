"""Read views from .rq files, bind their parameters, and answer them through a query function.

A file is complete SPARQL that runs as it is pasted. Its `#+` lines are YAML: title, question (as people would ask it),
description, params, columns, and optionally `heading` (the column that names the thing shown), `context` (number of
source lines shown around each row's line), `empty` (the sentence for no rows), `facts` (see fact_query.py) and `ask`
(the questions that the view answers, see questions/patterns.py). Each parameter `name` has a row `VALUES ?_name {
example }` in the query (../query/binding.py); an optional one is in a block of lines that can be left out
(query_text.py). Each column is a selected variable.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server import yaml_text
from jixiao.server.errors import ParameterError, ViewFileError
from jixiao.server.query.binding import Term, bind, has_row
from jixiao.server.views import query_text, totals
from jixiao.server.views.answers import Answer, Near
from jixiao.server.views.columns import COLUMN_TYPES, Column, Row, read_rows
from jixiao.server.views.fact_query import FactQuery
from jixiao.server.views.kinds import KINDS
from jixiao.server.views.names import Names, Queried, Resolved, labels, printed, resolve, titles
from jixiao.server.views.ordering import Asked, count, read_order
from jixiao.server.views.parameters import Given, Parameter, several
from jixiao.store.index.readers import Reader

DIRECTORY = Path(__file__).parent
MAX_ROWS = 10_000
PAGING = ("limit", "offset", "sort")
"""Parameters that every view has: number of rows, first row, and order."""

_UNSORTED = ("iri", "headings", "roles", "property", "reading", "fault")

_AT_ONCE = 4
"""Answers whose rows can be counted at the same time, in threads beside the query for their page."""

QueryFunction = Callable[[str], bytes]
"""A function from SPARQL to SPARQL 1.1 Query Results JSON."""


@dataclass(frozen=True)
class Bound(Asked):
    """A request with its parameters read as terms; `resolved` lists the things that typed names were taken to mean."""

    resolved: tuple[Resolved, ...] = ()

    @property
    def conditions(self) -> dict[str, str]:
        """The conditions for the query's ORDER BY, by column."""
        return {each.column.name: each.sparql for each in self.order}


@dataclass(frozen=True)
class View:
    """One view, read from its file; IRIs of departments are made below `base_iri`, the base of the store."""

    name: str
    title_zh: str
    title_en: str
    question: Bilingual
    description_zh: str
    description_en: str
    params: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    default_limit: int
    base_iri: str
    heading: str | None
    context: int | None
    empty_zh: str
    empty_en: str
    ask: Mapping[str, Any] = field(default_factory=dict)
    from_facts: FactQuery | None = None

    def example(self) -> str:
        """Return the SPARQL with the example of each required parameter bound, and IRIs of this store."""
        return self.bind({parameter.name: parameter.example for parameter in self.params if parameter.required})

    def described(self) -> dict[str, Any]:
        """Return titles, question, parameters and columns for JSON; words are objects with `zh` and `en`."""
        return {
            "name": self.name,
            "title": {"zh": self.title_zh, "en": self.title_en},
            "question": {"zh": self.question.zh, "en": self.question.en},
            "description": {"zh": self.description_zh, "en": self.description_en},
            "params": [
                {
                    "name": parameter.name,
                    "kind": parameter.kind,
                    "required": parameter.required,
                    "label": {"zh": parameter.label_zh, "en": parameter.label_en},
                    "example": parameter.example,
                }
                for parameter in self.params
            ],
            "columns": [{"name": c.name, "label": dict(c.label), "type": c.type} for c in self.columns],
        }

    def bind(self, params: Given) -> str:
        """Return the SPARQL with the given parameters bound; empty values count as not given.

        Names are not looked up: a body or document means itself. Raises ParameterError.
        """
        bound = self._read(params)
        return self._text(bound, bound.limit)

    def answer(
        self, query: QueryFunction, params: Given, version: str, names: Names | None = None, page: int | None = None
    ) -> Answer:
        """Run the view through `query` on the dataset of the given version.

        `names` looks up typed names (queries do if it is None); `page` is the number of rows if `params` has no
        `limit`. Raises ParameterError, and what `query` raises.
        """
        found = names or Queried(query)
        bound = self._read(params, found, query, page)
        given = {name: typed for name, typed in params.items() if several(typed)}
        with found.facts() as facts:
            picked = None if facts is None else self._picked(query, facts, bound)
        rows, counted = picked or self._rows(query, bound, paged=page is not None)
        truncated = len(rows) > bound.limit
        typed = self._typed(given)
        return Answer(
            view=self.name,
            params=given,
            dataset_version=version,
            truncated=truncated,
            columns=tuple(column.titled(typed) for column in self.columns),
            rows=tuple(rows[: bound.limit]),
            sparql=self._text(bound, bound.limit),
            message=None if rows else self._empty(given),
            whole=counted,
            resolved=bound.resolved,
            near=() if rows else self._near(found, given),
        )

    def has_rows(self, query: QueryFunction, params: Given, names: Names | None = None) -> bool:
        """Tell if the answer to some parameters has any row, without counting the rows. Raises as answer() does."""
        bound = self._read(params, names or Queried(query), query)
        return bool(read_rows(query(self._text(bound, 1)), self.columns))

    def rows(self, query: QueryFunction, values: Mapping[str, Sequence[Term]], index: Names | None) -> list[Row]:
        """Return rows for parameters given as terms, from the tables of facts of an index if these can answer.

        Raises what `query` raises, and SearchTooLongError.
        """
        asked = Bound(values, (), self.default_limit, 0)
        with nullcontext() if index is None else index.facts() as facts:
            if facts is not None and self.from_facts is not None and self.from_facts.takes(asked):
                return self._page(self.from_facts, query, facts, asked)
        text = query_text.fitted(self.sparql, values, {}, self.default_limit, 0)
        # The query lacks some parameters of the tables, such as the bodies of a scope, which it finds itself.
        known = {name: given for name, given in values.items() if has_row(text, name)}
        return read_rows(query(bind(text, known)), self.columns)

    def sortable(self) -> tuple[str, ...]:
        """Return the names of the columns that rows may be sorted by."""
        variables = query_text.sortable(self.sparql)
        return tuple(c.name for c in self.columns if (c.sort or c.name) in variables and c.type not in _UNSORTED)

    def _read(
        self,
        params: Given,
        names: Names | None = None,
        query: QueryFunction | None = None,
        page: int | None = None,
    ) -> Bound:
        self._refuse_unknown(params)
        values: dict[str, Sequence[Term]] = {}
        resolved: list[Resolved] = []
        for parameter in self.params:
            typed = params.get(parameter.name, "")
            if several(typed) and names and query and parameter.kind in ("department", "basis"):
                values[parameter.name], meant = resolve(parameter, typed, self.base_iri, names, query)
                resolved += meant
            elif several(typed):
                texts = parameter.values(typed)
                read = self._terms(parameter, texts, names)
                taken, words = printed(parameter, texts, names) if names else (parameter.name, [])
                values[taken] = list(dict.fromkeys([*read, *words] if taken == parameter.name else words))
            elif parameter.required:
                raise ParameterError(
                    f"缺少参数 {parameter.name}（{parameter.label_zh}），例如 {parameter.name}={parameter.example}。",
                    f"Parameter {parameter.name} ({parameter.label_en}) is missing;"
                    f" for example {parameter.name}={parameter.example}.",
                )
        limit = count(params, "limit", page or self.default_limit, 1, MAX_ROWS)
        return Bound(
            values,
            read_order(params, [c for c in self.columns if c.name in self.sortable()], self.sparql),
            limit,
            count(params, "offset", 0, 0, 10**9),
            tuple(resolved),
        )

    def _rows(self, query: QueryFunction, bound: Bound, *, paged: bool) -> tuple[list[Row], totals.Whole]:
        """Return the rows of a page, plus one row if there are more, and the counts of all rows.

        `paged` answers run a query without a sub-select for its rows once for all pages; other queries fetch the page
        and count all rows at the same time, unless a name was looked up: then the rows likely fit on the page.
        """
        if paged and not query_text.has_rows(self.sparql):
            everything = replace(bound, offset=0)
            found = read_rows(query(self._text(everything, MAX_ROWS)), self.columns)
            if len(found) < MAX_ROWS:
                page = found[bound.offset : bound.offset + bound.limit + 1]
                return page, totals.of_rows(self.columns, found)
        ahead = _counting().submit(self._whole, query, bound) if paged and not bound.resolved else None
        rows = read_rows(query(self._text(bound, bound.limit + 1)), self.columns)
        if len(rows) <= bound.limit and not bound.offset:
            return rows, totals.of_rows(self.columns, rows)
        return rows, ahead.result() if ahead else self._whole(query, bound)

    def _picked(self, query: QueryFunction, facts: Reader, bound: Bound) -> tuple[list[Row], totals.Whole] | None:
        """Return rows and counts as _rows() does, or None if the tables of facts cannot answer."""
        if self.from_facts is None or not self.from_facts.takes(bound):
            return None
        rows = self._page(self.from_facts, query, facts, replace(bound, limit=bound.limit + 1))
        if len(rows) <= bound.limit and not bound.offset:
            return rows, totals.of_rows(self.columns, rows)
        return rows, self.from_facts.counted(facts, bound, partial(labels, query))

    def _page(self, from_facts: FactQuery, query: QueryFunction, facts: Reader, asked: Bound) -> list[Row]:
        """Return a page of rows picked by the tables of facts; the query adds columns that the tables do not have."""
        page = from_facts.pick(facts, asked)
        rows = from_facts.told(page)
        if rows is None:
            picked = from_facts.values(page)
            text = query_text.fitted(self.sparql, asked.values, asked.conditions, len(page), 0, picked)
            rows = read_rows(query(text), self.columns)
        return rows

    def _terms(self, parameter: Parameter, texts: Sequence[str], names: Names | None) -> list[Term]:
        """Return the terms for typed values. Raises ParameterError, which offers documents for a title."""
        try:
            return [term for text in texts for term in parameter.terms(text, self.base_iri)]
        except ParameterError as error:
            offered = titles(parameter, texts, names) if names and parameter.kind == "document-number" else None
            raise offered or error from error

    def _refuse_unknown(self, params: Given) -> None:
        known = {parameter.name for parameter in self.params} | set(PAGING)
        if unknown := sorted(set(params) - known):
            named = "、".join(sorted(known))
            raise ParameterError(
                f"视图 {self.name} 没有参数 {'、'.join(unknown)}；可用的参数：{named}。",
                f"View {self.name} has no parameter {', '.join(unknown)}; it knows {', '.join(sorted(known))}.",
            )

    def _text(self, bound: Bound, limit: int) -> str:
        text = query_text.fitted(self.sparql, bound.values.keys(), bound.conditions, limit, bound.offset)
        return bind(text, bound.values)

    def _whole(self, query: QueryFunction, bound: Bound) -> totals.Whole:
        by, sums = totals.keys(self.columns), totals.summed(self.columns)
        text = query_text.summed(self.sparql, bound.values.keys(), by, sums)
        return totals.of_groups(self.columns, query(bind(text, bound.values)), partial(labels, query))

    def _empty(self, given: Given) -> Mapping[str, str]:
        """Return the sentence for no rows, with the parameters as they were typed."""
        typed = self._typed(given)
        required = {parameter.name for parameter in self.params if parameter.required}
        if "".join(several(given.get("offset", ""))).strip("0"):
            return {"zh": "这一页没有更多行。", "en": "There are no more rows on this page."}
        if required and given.keys() - required - set(PAGING):
            return {"zh": "没有同时符合这些条件的结果。", "en": "Nothing meets all of these filters."}
        return {"zh": self.empty_zh.format_map(typed), "en": self.empty_en.format_map(typed)}

    def _typed(self, given: Given) -> dict[str, str]:
        """Return the typed values of each parameter as one text for a sentence."""
        return {parameter.name: "、".join(several(given.get(parameter.name, ""))) for parameter in self.params}

    def _near(self, names: Names, given: Given) -> tuple[Near, ...]:
        """Return things whose names are close to those typed, offered when there are no rows."""
        return tuple(
            Near(parameter.name, str(each.label) if parameter.kind == "document-number" else each.iri, str(each.label))
            for parameter in self.params
            if (kind := parameter.reads.names)
            for text in several(given.get(parameter.name, ""))
            for each in names.near(kind, text)
        )


@cache
def _counting() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="counts")


def load(base_iri: str = DEFAULT_BASE, directory: Path = DIRECTORY) -> dict[str, View]:
    """Return all views by name, for a store with the given base IRI.

    Raises ViewFileError for a file that breaks the rules.
    """
    return {path.stem: read(path, base_iri) for path in sorted(directory.glob("*.rq"))}


def read(path: Path, base_iri: str = DEFAULT_BASE) -> View:
    """Read one view from its file. Raises ViewFileError."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    header = yaml_text.load("".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))) or {}
    sparql = "".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    try:
        view = _view(path.stem, header, sparql, base_iri)
    except (KeyError, TypeError) as error:
        raise ViewFileError(
            f"{path.name} 的题头不全：{error!r}。", f"{path.name}: its header lacks {error!r}."
        ) from error
    _check(view, path.name)
    return view


def _view(name: str, header: Mapping[str, Any], sparql: str, base_iri: str) -> View:
    params = tuple(_parameter(entry) for entry in header.get("params") or ())
    columns = tuple(_column(entry) for entry in header["columns"])
    nothing = {"zh": "没有符合条件的结果。", "en": "Nothing matches."}
    return View(
        name=name,
        title_zh=header["title"]["zh"],
        title_en=header["title"]["en"],
        question=Bilingual(**header.get("question", header["title"])),
        description_zh=header["description"]["zh"],
        description_en=header["description"]["en"],
        params=params,
        columns=columns,
        sparql=sparql,
        default_limit=query_text.default_limit(sparql),
        base_iri=base_iri,
        heading=header.get("heading"),
        context=header.get("context"),
        empty_zh=header.get("empty", nothing)["zh"],
        empty_en=header.get("empty", nothing)["en"],
        ask=header.get("ask") or {},
        from_facts=FactQuery(header["facts"], sparql, columns, {p.name: p.kind for p in params}, base_iri)
        if "facts" in header
        else None,
    )


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=entry["name"],
        kind=entry["kind"],
        required=bool(entry.get("required", False)),
        example=str(entry["example"]),
        label_zh=entry["label"]["zh"],
        label_en=entry["label"]["en"],
    )


def _column(entry: Mapping[str, Any]) -> Column:
    return Column(
        name=entry["name"],
        type=entry["type"],
        label=MappingProxyType({"zh": entry["label"]["zh"], "en": entry["label"]["en"]}),
        link=entry.get("link"),
        sum=bool(entry.get("sum", False)),
        note=entry.get("note"),
        facet=entry.get("facet"),
        sort=entry.get("sort"),
        labelled=entry.get("labelled"),
        blank=Bilingual(**entry["blank"]) if "blank" in entry else None,
    )


def _check(view: View, file_name: str) -> None:
    """Raise ViewFileError if a view breaks a rule on which binding relies, such as a VALUES row for each parameter."""
    faults = [f"kind {p.kind}" for p in view.params if p.kind not in KINDS]
    faults += [f"VALUES ?_{p.name}" for p in view.params if not has_row(view.sparql, p.name)]
    faults += [f"type {c.type}" for c in view.columns if c.type not in COLUMN_TYPES]
    names = {column.name for column in view.columns}
    faults += [f"link {c.link}" for c in view.columns if c.link and c.link not in names]
    faults += [f"note {c.note}" for c in view.columns if c.note and c.note not in names]
    faults += [f"facet {c.facet}" for c in view.columns if c.facet and c.facet not in {p.name for p in view.params}]
    blocked = query_text.conditions(view.sparql)
    faults += [f"# given {p.name}" for p in view.params if p.required == (p.name in blocked)]
    if view.heading and view.heading not in names:
        faults.append(f"heading {view.heading}")
    if not view.default_limit or "ORDER BY" not in view.sparql:
        faults.append("ORDER BY … LIMIT n")
    if faults:
        raise ViewFileError(f"{file_name} 有误：{'；'.join(faults)}。", f"{file_name} is wrong: {'; '.join(faults)}.")
