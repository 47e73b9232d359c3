"""Put the W3C's query tests to a server and to the engine: `python -m bench.sparql_suite FOLDER`.

FOLDER is a copy of github.com/w3c/rdf-tests. The data of each test become a version of a store, which the server has to
notice; the engine answers in this process. Tests that fail are listed with the cause: the design, which refuses calls
of other servers and clauses FROM with graphs that the data lack; the engine, if it gives the same answer as the server;
or else the server. If the server is a cause, the exit status is 1. Results are brought into a form in which equal ones
are equal.
"""

import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from itertools import count, groupby
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyoxigraph as ox
import rdflib
import typer

from bench.measuring import print_table
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Generation, Store, files, generations
from jixiao.store.versions import version_record
from tests.support.blackbox.process import serve
from tests.support.blackbox.wire import Server

_MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_SYNTAX: dict[Any, bool] = {_MF.PositiveSyntaxTest: True, _MF.PositiveSyntaxTest11: True}
_SYNTAX |= {_MF.NegativeSyntaxTest: False, _MF.NegativeSyntaxTest11: False}
_OTHER = {"entailment", "protocol", "service-description", "graph-store-protocol", "http-rdf-update"}
_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
_LOOKS = 3_000  # of 20 ms each
_ROW = ox.NamedNode(f"{_RS}solution")


class Case(NamedTuple):
    """A query test: its name, the query's text, its data, and the right outcome.

    `data` are the files of the default graph, `named` those of named graphs. `right` is the file of the results, or
    True or False if only the syntax is tested: whether the text is SPARQL.
    """

    name: str
    text: str
    data: tuple[Path, ...]
    named: tuple[Path, ...]
    right: bool | Path

    def holds(self, found: object) -> bool:
        """Return whether `found` is right: results in the form of `normal`, or None for a refused query."""
        return found == expected(self.right) if isinstance(self.right, Path) else (found is not None) == self.right


def cases(folder: Path) -> Iterator[Case]:
    """Yield the query tests of a copy of the suite, syntax and evaluation, without those of results as CSV."""
    for path in sorted(folder.glob("sparql/sparql1[01]/*/manifest.ttl")):
        manifest = rdflib.Graph().parse(path)
        for test, kind in sorted(manifest.subject_objects(rdflib.RDF.type)) if path.parent.name not in _OTHER else ():
            action, result = manifest.value(test, _MF.action), manifest.value(test, _MF.result)
            if (kind != _MF.QueryEvaluationTest and kind not in _SYNTAX) or action is None:
                continue
            query = _path(manifest.value(action, _QT.query) or action)
            text = f"BASE <{query.as_uri()}>\n{query.read_text(encoding='utf-8')}"
            data = tuple(map(_path, manifest.objects(action, _QT.data)))
            named = [*map(_path, manifest.objects(action, _QT.graphData))]
            if kind not in _SYNTAX and not data:  # the query names its dataset
                named += [query.parent / name for name in re.findall(r"FROM\s+(?:NAMED\s+)?<([\w.-]+)>", text)]
            name = f"{path.parent.parent.name}/{path.parent.name}/{query.stem}"
            right = _SYNTAX[kind] if kind in _SYNTAX else _path(result)
            yield Case(name, text, data, tuple(dict.fromkeys(named)), right)


def _path(node: Any) -> Path:
    return Path(url2pathname(urlsplit(str(node)).path))


def _form(path: Path) -> ox.RdfFormat:
    found = ox.RdfFormat.from_extension(path.suffix[1:])
    if found is None:
        raise ValueError(f"{path} is in no format of RDF")
    return found


def expected(path: Path) -> object:
    """Return the results in a file in the form of `normal`, in which equal results are equal."""
    form = ox.QueryResultsFormat.from_extension(path.suffix[1:])
    if form is not None:
        return normal(ox.parse_query_results(path=str(path), format=form))
    triples = [quad.triple for quad in ox.parse(path=str(path), format=_form(path), base_iri=path.as_uri())]
    said: dict[Any, dict[str, Any]] = {}
    for triple in triples:
        said.setdefault(triple.subject, {})[triple.predicate.value.removeprefix(_RS)] = triple.object
    if any(each.get("boolean") for each in said.values()):
        return any(each["boolean"].value == "true" for each in said.values() if "boolean" in each)
    if ox.NamedNode(f"{_RS}ResultSet") in {triple.object for triple in triples}:
        rows = [triple for triple in triples if triple.predicate == _ROW]
        bound = [triple for triple in triples if triple.predicate.value == f"{_RS}binding"]
        values = (
            ox.Triple(each.subject, _variable(said[each.object]["variable"].value), said[each.object]["value"])
            for each in bound
        )
        return _canonical([*(ox.Triple(row.object, _ROW, _ROW) for row in rows), *values])
    return _canonical(triples)


def normal(results: object) -> object:
    """Return results in a form in which equal results are equal, whatever their order and labels of blank nodes."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QuerySolutions):
        triples = []
        for number, solution in enumerate(results):
            row = ox.BlankNode(f"row{number}")
            triples.append(ox.Triple(row, _ROW, _ROW))
            pairs = zip(results.variables, solution, strict=True)
            triples += [ox.Triple(row, _variable(name.value), value) for name, value in pairs if value is not None]
        return _canonical(triples)
    return _canonical(cast(Iterable[ox.Triple], results))


def _variable(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"variable:{name}")


def _canonical(triples: Iterable[ox.Triple]) -> frozenset[ox.Quad]:
    dataset = ox.Dataset(ox.Quad(triple.subject, triple.predicate, _valued(triple.object)) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(dataset)


def _valued(term: Any) -> Any:
    """Return a literal in one spelling for each number or boolean (1.0 as 1), and any other term unchanged."""
    if not isinstance(term, ox.Literal):
        return term
    kind = term.datatype.value.rpartition("#")[2]
    with suppress(ValueError, ArithmeticError):
        if kind == "boolean":
            return ox.Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
        if kind in {"float", "double"}:
            return ox.Literal(repr(float(term.value)), datatype=term.datatype)
        if kind in {"decimal", "integer"}:
            return ox.Literal(f"{Decimal(term.value).normalize():f}", datatype=term.datatype)
    return term


def of_engine(case: Case, graph: ox.Store) -> object:
    """Return the engine's results, or None for a query that it refuses, or that would call another server."""
    if "SERVICE" in case.text.upper():
        return None
    try:
        return normal(graph.query(case.text))
    except (SyntaxError, RuntimeError, ValueError):
        return None


def of_server(case: Case, url: str) -> object:
    """Return a server's results, or None for a query that it refuses."""
    answer = Server(url).query(case.text, _ACCEPT)
    if answer.status != HTTPStatus.OK:
        return None
    if answer.media_type == "application/n-triples":
        return normal(quad.triple for quad in ox.parse(answer.plain, ox.RdfFormat.N_TRIPLES))
    return normal(ox.parse_query_results(answer.plain, ox.QueryResultsFormat.JSON))


def publish(last: Generation, number: int, case: Case, url: str) -> ox.Store:
    """Write a version `number` with the data of a test into the store of `last`, and return its graph.

    Wait until the server at `url` answers from this version. Raises TimeoutError if it never does.
    """
    path = last.path.with_name(f"{number:06d}")
    path.mkdir()
    graph = ox.Store(str(path / version_record.GRAPH))
    for paths, named in ((case.data, False), (case.named, True)):
        for each in paths:
            into = ox.NamedNode(each.as_uri()) if named else ox.DefaultGraph()
            graph.load(path=str(each), format=_form(each), base_iri=each.as_uri(), to_graph=into)
    graph.flush()
    version_record.write(path / version_record.MANIFEST, replace(last.manifest, generation=number, version=path.name))
    files.write(last.path.parents[1] / "current", generations.named(path.name))
    for _ in range(_LOOKS):
        if path.name in Server(url).get("/health").text:
            return graph
        time.sleep(0.02)
    raise TimeoutError(f"{url}: {Server(url).get('/health').text}")


def verdict(case: Case, graph: ox.Store, url: str) -> str:
    """Return the cause of a server's wrong answer (design, engine, server) in both languages; else empty."""
    ours = of_server(case, url)
    if case.holds(ours):
        return ""
    if ours is None and re.search("service|from", case.text, re.IGNORECASE):
        return "设计 design"
    return "引擎 engine" if ours == of_engine(case, graph) else "服务 server"


def main(folder: Path) -> None:
    """Run the W3C's query tests in a folder, print those that fail with the cause, and the number that pass.

    The exit status is 1 if the server is the cause of a failure.
    """
    found, numbers = list[list[str]](), count(2)
    with tempfile.TemporaryDirectory() as scratch:
        store = Store.create(Path(scratch) / "store", DEFAULT_BASE)
        with store.writing() as batch:
            last = batch.commit()
        with serve(store.path) as served:
            by_data = sorted(cases(folder), key=lambda case: (case.data, case.named))
            for _, group in groupby(by_data, lambda case: (case.data, case.named)):
                tests = list(group)
                graph = publish(last, next(numbers), tests[0], served.url)
                found += [[case.name, verdict(case, graph, served.url)] for case in tests]
    failed = sorted(each for each in found if each[1])
    print_table([f"{len(found) - len(failed):,} / {len(found):,}", ""], failed)
    sys.exit(any("server" in whose for _, whose in failed))


if __name__ == "__main__":
    typer.run(main)
