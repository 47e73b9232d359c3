"""Read and judge files without a store, for the report of `jixiao validate`.

Each file is read and judged in a separate process, as `ingest` does; then corpus rules judge all files together.
"""

import dataclasses
import pickle
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from jixiao import rdf_checking
from jixiao.ingest.load import read_files
from jixiao.ingest.originals import printable, unpacked
from jixiao.ingest.result import Judging, Reading
from jixiao.ontology import terms, turtle_files
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.report import accounts
from jixiao.shapes import store_check
from jixiao.shapes.engine.data import Data, text
from jixiao.shapes.findings.documents import Document, ProjectHead
from jixiao.shapes.findings.excerpt import SourceLine, by_number, excerpt
from jixiao.shapes.findings.finding import Filed, Finding


def check(
    paths: Sequence[Path],
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    judging: Judging | None = None,
    progress: Callable[[], None] = lambda: None,
) -> tuple[Document, ...]:
    """Read and judge files; return the documents in the order of the files.

    The members of a zip take its place. Files that cannot be opened come first, files of RDF last. `jobs` is the number
    of processes, or an `executor` reads in their place; `progress` is called after each file.
    """
    packed: list[tuple[str, bytes]] = []  # compressed until corpus rules have judged all of them
    is_any_acceptable = False
    with unpacked(paths) as (shown, broken):
        documents = [Document(printable(str(each.path)), "", (each.reason,)) for each in broken]
        graphs = [path for path in shown if rdf_checking.is_rdf(path)]
        for path, reading in read_files(
            tuple(path for path in shown if path not in graphs), DEFAULT_BASE, jobs, executor, judging
        ):
            packed.append((printable(str(shown[path])), _packed(reading)))
            is_any_acceptable |= reading.deposit is not None
            progress()
        engine = (judging or Judging()).engine
        rdf = [rdf_checking.check(path, printable(str(shown[path])), engine) for path in graphs]
    corpus_results = judge_corpus(_unpacked(each) for _, each in packed) if is_any_acceptable else {}
    iris = Iris(DEFAULT_BASE)
    for name, each in packed:
        reading = _unpacked(each)
        source = iris.source(reading.sha256) if reading.sha256 else ""
        documents.append(document(name, reading, corpus_results.get(source, ())))
    return (*documents, *rdf)


def judge_corpus(readings: Iterable[Reading]) -> Mapping[str, Sequence[Finding]]:
    """Judge all documents that were not refused by corpus rules, as a store does; return results by source IRI."""
    with tempfile.TemporaryDirectory() as folder:
        # A function of its own, so that the store is closed and no longer writes when its folder is deleted.
        return _judge_in(folder, readings)


def _judge_in(folder: str, readings: Iterable[Reading]) -> Mapping[str, Sequence[Finding]]:
    store = Store(folder)
    for file in turtle_files():
        store.bulk_load(path=file, format=RdfFormat.TURTLE)
    for reading in readings:
        if reading.deposit:
            store.bulk_load(reading.deposit.source_triples, format=RdfFormat.N_TRIPLES)
    return store_check.judge(store)


def document(path: str, reading: Reading, corpus_results: Sequence[Finding] = ()) -> Document:
    """Return the report of one reading; results of corpus rules are named `#x1` … in it."""
    results = reading.report.results if reading.report else ()
    named = [(f"r{number}", result) for number, result in enumerate(results, start=1)]
    named += [(f"x{number}", result) for number, result in enumerate(corpus_results, start=1)]
    filings = _filings(reading)
    default = next(iter(filings.values()), Filed())
    projects = {
        project.iri: ProjectHead(accounts.name(project), project.line, filings.get(project.iri, default))
        for project in (reading.account.projects if reading.account else ())
    }
    lines = by_number(_lines(reading))
    findings = tuple(
        dataclasses.replace(
            result,
            iri=node,
            filed=filings.get(result.project or result.focus_node, default),
            excerpt=excerpt(lines, result.lines, result.cells, result.quote),
        )
        for node, result in sorted(named, key=lambda pair: pair[1].lines or (len(lines) + 1,))
    )
    return Document(
        path,
        reading.sha256,
        reading.refusal.reasons if reading.refusal else (),
        tuple(dict.fromkeys(filings.values())),
        projects,
        findings,
        reading.indicators,
        reading.share,
        tuple(map(str, reading.account.left_out)) if reading.account else (),
    )


def _packed(reading: Reading) -> bytes:
    """Return a reading without the file's bytes, compressed."""
    deposit = reading.deposit and dataclasses.replace(reading.deposit, content=b"")
    return zlib.compress(pickle.dumps(dataclasses.replace(reading, deposit=deposit)), 1)


def _unpacked(packed: bytes) -> Reading:
    reading: Reading = pickle.loads(zlib.decompress(packed))  # noqa: S301 - packed above
    return reading


def _lines(reading: Reading) -> Iterator[SourceLine]:
    for line in (reading.rendition or {"lines": []})["lines"]:
        yield SourceLine(line["n"], line["text"], accounts.place(line.get("where")))


_FILED = (terms.filedBy, terms.year, terms.partOfFiling, terms.RDFS_label)


def _filings(reading: Reading) -> dict[str, Filed]:
    """Map the IRI of each filing and project to who filed it; empty if the document was refused."""
    if reading.deposit is None:
        return {}
    wanted = tuple(f" <{iri}> ".encode() for iri in _FILED)
    rows = [row for row in reading.deposit.source_triples.splitlines(True) if any(each in row for each in wanted)]
    data = Data(b"".join(rows))
    filed = {iri: rdf_checking.filed_by(data, NamedNode(iri)) for iri in reading.deposit.filings}
    filings = data.values(NamedNode(terms.partOfFiling))
    return filed | {text(node): filed[text(of[0])] for node, of in filings.items() if text(of[0]) in filed}
