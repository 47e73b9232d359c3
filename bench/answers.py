"""Write down what a store answers: `python -m bench.answers STORE > FILE`, a line for each answer.

Asked are all views, with each filter, with two filters and in every order; searches, suggestions, choices and names;
and the tables on pages of things. A change that must not alter answers is checked
with the output before and after it, for stores made by the same commands. Hits that rank alike may come in any order,
so those of a kind are listed by IRI, after the measures by which they rank.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import typer
from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions

from bench.asking import QUESTIONS, TEXTS, requests
from jixiao.ontology.identity import COLLECTIONS
from jixiao.server.apps.charts import charts
from jixiao.server.apps.compare import verdicts
from jixiao.server.apps.quality import counting
from jixiao.server.errors import ParameterError
from jixiao.server.linked_data import tables
from jixiao.server.query.binding import bindings
from jixiao.server.views import view_files
from jixiao.store import Generation, SearchTooLongError, Store
from jixiao.store.index.entries import TALLIED
from jixiao.store.index.found import Found
from jixiao.store.index.hits import RANKED
from jixiao.store.index.index import NAME_KINDS, Index

_ALL = 100_000  # hits of a kind, more than a store has
_THINGS = 300  # things of a kind whose pages are asked for


def answers(store: Path) -> Iterator[tuple[str, Any]]:
    """Yield the questions to the current generation of a store, and the answers as JSON values."""
    now = Store.open(store).present()
    index = now.index
    if index is None:
        sys.exit(f"{store}：库没有索引 · the store has no index")
    yield from _of_index(index)
    folders = (view_files.DIRECTORY, charts.DIRECTORY, verdicts.DIRECTORY, counting.DIRECTORY)
    for view in chain(*(view_files.load(now.manifest.base_iri, folder).values() for folder in folders)):
        for given in requests(view, index):
            yield f"{view.name} {_json(given)}", _answer(view, given, now)
    yield from _of_things(now)


def _of_index(index: Index) -> Iterator[tuple[str, Any]]:
    for text in (*TEXTS, *QUESTIONS, "培训", "管理 2022", "区教育局", "政协办"):
        for region in ("", "310000", "310117"):
            found = _tried(partial(index.search, text, (), _ALL, 0, region))
            yield f"search {text} {region}", _found(found) if isinstance(found, Found) else found
        yield f"suggest {text}", [asdict(each) for each in index.suggest(text)]
        for kind in NAME_KINDS:
            for asked in (index.names, index.near, index.mentioned):
                yield f"{asked.__name__} {kind} {text}", _tried(partial(asked, kind, text))
    for kind in (*TALLIED, "rule"):
        for starting in ("", "区", "的", "2"):
            yield f"choices {kind} {starting}", [asdict(each) for each in index.choices(kind, starting, 1000)]


def _found(found: Found) -> Any:
    """Return the result of a search as JSON values: counts and hits by kind, documents, similar names and regions.

    The hits of a kind are sorted by IRI. The measures by which they rank are listed apart, in the order of rank, for
    bodies and documents of which all matches were ranked.
    """
    groups = []
    for group in found.groups:
        ranked = group.kind in ("org", "basis") and group.count <= RANKED  # not all are ranked of more
        measures = [(hit.projects, hit.how) for hit in group.hits if ranked]
        groups.append([group.kind, group.count, measures, sorted(map(asdict, group.hits), key=lambda hit: hit["iri"])])
    return [found.total, groups, list(map(asdict, found.documents)), list(map(asdict, found.near)), dict(found.regions)]


def _tried(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (SearchTooLongError, ParameterError) as error:
        return type(error).__name__


def _run(now: Generation, sparql: str) -> bytes:
    results = now.graph.query(sparql)
    assert isinstance(results, QuerySolutions)  # noqa: S101 - a SELECT
    return results.serialize(format=QueryResultsFormat.JSON) or b""


def _answer(view: view_files.View, given: Mapping[str, Any], now: Generation) -> Any:
    def answered() -> Any:
        answer = view.answer(
            partial(_run, now), given, now.version, now.index, 50, tables=cast("Any", lambda _: now.tables)
        )
        facets = {} if answer.whole is None else answer.whole.facets
        return [
            answer.to_json(),
            {name: sorted(_json(asdict(each)) for each in values) for name, values in facets.items()},
        ]

    return _tried(answered)


def _of_things(now: Generation) -> Iterator[tuple[str, Any]]:
    graph, settings = SimpleNamespace(base_iri=now.manifest.base_iri), SimpleNamespace(query_timeout=None)
    service = cast(
        "Any",
        SimpleNamespace(
            run=_run,
            rows=lambda now, sparql: bindings(_run(now, sparql)),
            store=graph,
            settings=settings,
            tables=SimpleNamespace(of=lambda now: now.tables),
            own=lambda kind, make: make(),
            credit=lambda now: None,
        ),
    )
    for kind, of_class in COLLECTIONS.items():
        names = dict.fromkeys(now.members(of_class, 0, _THINGS), "")
        yield f"list {kind}", _rows(tables.listed(service, now, kind, names))
        for node in map(NamedNode, names):
            for table in tables.profile(service, now, kind, node):
                yield f"profile {kind} {table.title.zh} {node.value}", _rows(table)


def _rows(table: tables.Table | None) -> Any:
    return None if table is None else table.rows


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def main(store: Path) -> None:
    """Write the answers of a store to the standard output, a line of JSON for each."""
    for question, answer in answers(store):
        print(_json([question, answer]))


if __name__ == "__main__":
    typer.run(main)
